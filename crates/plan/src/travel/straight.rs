//! Great circles, where there is nothing better.

use junheng_core::geo::metres;
use junheng_core::text::Text;

use super::places::Places;
use super::{DETOUR, Source, Travel, Unit};

/// Straight lines × 1.3 between all points; `roads` is why there are none that can be used.
pub(super) fn reckon(places: &Places<'_>, roads: Option<Text>) -> Travel {
    let rows = places.blocks.iter().map(|block| {
        let to = places.destinations.iter().enumerate();
        to.filter_map(move |(to, place)| Some((to, DETOUR * metres(block.point?, place.point?))))
    });
    let mut travel = Travel::from_rows(
        Unit::Metres,
        Source::StraightLine,
        places.destinations.len(),
        rows,
    );
    travel.notes.push(Text::new(
        "没有出行表，也没有可用的道路：路程按直线距离 × 1.3 估算，山、河、铁路都没有计入；有了道路或出行表后应重算",
        "There is neither a travel table nor usable roads: travel is the straight line × 1.3, without hills, rivers and railways; plan again once there are roads or a table",
    ));
    travel.notes.extend(roads);
    travel.notes.extend(places.without_point());
    travel
}
