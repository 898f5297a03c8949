//! The map of a plan as SVG.

use std::fmt::Write;

use junheng_core::geo::BaseMap;
use junheng_core::model::{Field as F, Snapshot, TableId};
use junheng_core::text::{Lang, Text};

use super::Zoning;
use super::areas::{Areas, Origin};
use super::labels::{Labels, width};
use super::outline::Spot;

/// Calm fills that can be told apart, also beside each other.
const FILLS: [&str; 8] = [
    "#cfe3d4", "#f3dfc1", "#cfdcec", "#ecd3d6", "#ddd6e8", "#e6e6c3", "#c9e3e6", "#f0cfe2",
];
const INK: &str = "#2b3440";
const SOFT: &str = "#6b7684";
const RED: &str = "#b3402e";
/// Width of the page, and margins around the map.
const WIDE: f64 = 1400.0;
const MARGIN: f64 = 40.0;
const HEAD: f64 = 84.0;
const FOOT: f64 = 124.0;
/// More roads than this are not drawn: a page cannot show them.
const ROADS_MAX: usize = 60_000;

/// What the picture says besides the map.
#[derive(Clone, Debug)]
pub struct Picture<'a> {
    /// The title.
    pub title: Text,
    /// One line under the title: what kind of plan, its figures.
    pub subtitle: Text,
    /// Where the data come from.
    pub source: Text,
    /// The base map.
    pub base: &'a BaseMap,
    /// The language.
    pub lang: Lang,
    /// The snapshot, for its roads and outline.
    pub snapshot: &'a Snapshot,
}

/// Draws the zones. The same input gives the same bytes.
#[must_use]
pub fn picture(zoning: &Zoning<'_>, areas: &Areas, about: &Picture<'_>) -> String {
    let plane = areas.plane();
    let border = about.snapshot.shapes.boundary.as_ref();
    let outline: Vec<Vec<Spot>> = border
        .into_iter()
        .flatten()
        .flatten()
        .map(|ring| ring.iter().map(|p| plane.spot(*p)).collect())
        .collect();
    let rings: Vec<Vec<Vec<Spot>>> = (0..zoning.schools.len())
        .map(|school| areas.rings(|b| zoning.blocks[b].school() == Some(school)))
        .collect();
    let homes: Vec<Option<Spot>> = zoning
        .blocks
        .iter()
        .map(|b| b.point.map(|p| plane.spot(p)))
        .collect();
    let marks: Vec<Option<Spot>> = zoning
        .schools
        .iter()
        .map(|s| s.point.map(|p| plane.spot(p)))
        .collect();
    let drawn = rings
        .iter()
        .flatten()
        .flatten()
        .chain(outline.iter().flatten());
    let view = View::new(
        drawn
            .chain(homes.iter().flatten())
            .chain(marks.iter().flatten()),
    );

    let fills = colours(zoning, &rings);
    let mut svg = Svg::new(&view);
    svg.title(zoning, about);
    svg.out.push_str("<g clip-path=\"url(#map)\">\n");
    for (school, rings) in rings.iter().enumerate() {
        if !rings.is_empty() {
            svg.path(
                rings,
                &view,
                &format!("fill=\"{}\" fill-rule=\"evenodd\"", fills[school]),
            );
        }
    }
    svg.roads(about.snapshot, areas, &view);
    for (row, block) in zoning.blocks.iter().enumerate() {
        let own = areas.block(row);
        let moved = block.moved() > 0.0;
        let fill = if moved { "url(#moved)" } else { "none" };
        svg.path(
            &own,
            &view,
            &format!(
                "fill=\"{fill}\" stroke=\"#ffffff\" stroke-opacity=\"0.75\" stroke-width=\"0.6\""
            ),
        );
    }
    for rings in rings.iter().filter(|r| !r.is_empty()) {
        svg.path(
            rings,
            &view,
            &format!(
                "fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"1.6\" stroke-linejoin=\"round\""
            ),
        );
    }
    if !outline.is_empty() {
        svg.path(
            &outline,
            &view,
            &format!(
                "fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.6\" stroke-dasharray=\"9 4 2 4\""
            ),
        );
    }
    svg.blocks(zoning, &homes, &fills, &view);
    svg.out.push_str("</g>\n");
    svg.schools(zoning, &marks, &view, about.lang);
    svg.legend(zoning, areas, about, &view);
    svg.end()
}

/// From centimetres on the ground to the page.
struct View {
    west: i64,
    north: i64,
    scale: f64,
    left: f64,
    high: f64,
}

impl View {
    fn new<'s>(spots: impl Iterator<Item = &'s Spot>) -> Self {
        let none = (i64::MAX, i64::MAX, i64::MIN, i64::MIN);
        let (w, s, e, n) = spots.fold(none, |(w, s, e, n), (x, y)| {
            (w.min(*x), s.min(*y), e.max(*x), n.max(*y))
        });
        let (w, s, e, n) = if w <= e { (w, s, e, n) } else { (0, 0, 1, 1) };
        let (across, up) = ((e - w).max(50_000) as f64, (n - s).max(50_000) as f64);
        let room = WIDE - 2.0 * MARGIN;
        // A tall county gets a page of at most one and a half its width.
        let scale = (room / across).min(1.5 * room / up);
        Self {
            west: w,
            north: n,
            scale,
            left: MARGIN + (room - across * scale) / 2.0,
            high: up * scale,
        }
    }

    fn at(&self, spot: Spot) -> (f64, f64) {
        (
            self.left + (spot.0 - self.west) as f64 * self.scale,
            HEAD + MARGIN / 2.0 + (self.north - spot.1) as f64 * self.scale,
        )
    }

    fn bottom(&self) -> f64 {
        HEAD + MARGIN + self.high
    }
}

/// A fill for each zone, unlike those of the zones it touches.
fn colours(zoning: &Zoning<'_>, rings: &[Vec<Vec<Spot>>]) -> Vec<&'static str> {
    let mut edges: std::collections::BTreeMap<(Spot, Spot), usize> =
        std::collections::BTreeMap::new();
    let mut touch = vec![std::collections::BTreeSet::new(); zoning.schools.len()];
    for (school, rings) in rings.iter().enumerate() {
        for ring in rings {
            for (i, &a) in ring.iter().enumerate() {
                let b = ring[(i + 1) % ring.len()];
                // A corner is shared even where an edge is not.
                for key in [(a.min(b), a.max(b)), (a, a)] {
                    if let Some(other) = edges.insert(key, school).filter(|o| *o != school) {
                        touch[school].insert(other);
                        touch[other].insert(school);
                    }
                }
            }
        }
    }
    let mut chosen: Vec<usize> = Vec::new();
    for touched in &touch {
        let near: Vec<usize> = touched
            .iter()
            .filter_map(|o| chosen.get(*o).copied())
            .collect();
        // Those not touched by a neighbour, the least used first.
        let used = |c: usize| chosen.iter().filter(|x| **x == c).count();
        let best = (0..FILLS.len()).min_by_key(|c| (near.contains(c), used(*c), *c));
        chosen.push(best.unwrap_or(0));
    }
    chosen.into_iter().map(|c| FILLS[c]).collect()
}

struct Svg {
    out: String,
    high: f64,
}

impl Svg {
    fn new(view: &View) -> Self {
        let high = view.bottom() + FOOT;
        let mut out = String::new();
        let _ = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDE} {high:.0}\" width=\"{WIDE}\" height=\"{high:.0}\" \
             font-family=\"'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif\">\n\
             <defs><pattern id=\"moved\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"7\" stroke=\"{RED}\" stroke-opacity=\"0.5\" stroke-width=\"2\"/></pattern>\
             <clipPath id=\"map\"><rect x=\"0\" y=\"{HEAD}\" width=\"{WIDE}\" height=\"{:.1}\"/></clipPath></defs>\n\
             <rect width=\"{WIDE}\" height=\"{high:.0}\" fill=\"#fbfaf7\"/>\n",
            view.bottom() - HEAD
        );
        Self { out, high }
    }

    fn text(&mut self, (x, y): (f64, f64), size: f64, style: &str, text: &str) {
        let _ = writeln!(
            self.out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" {style}>{}</text>",
            escaped(text)
        );
    }

    fn title(&mut self, zoning: &Zoning<'_>, about: &Picture<'_>) {
        let mut title = about.title.get(about.lang).to_owned();
        if zoning.synthetic {
            title.push_str(about.lang.pick("（合成数据）", " (synthetic data)"));
        }
        self.text(
            (MARGIN, 46.0),
            28.0,
            &format!("fill=\"{INK}\" font-weight=\"600\""),
            &title,
        );
        self.text(
            (MARGIN, 74.0),
            16.0,
            &format!("fill=\"{SOFT}\""),
            about.subtitle.get(about.lang),
        );
    }

    fn path(&mut self, rings: &[Vec<Spot>], view: &View, style: &str) {
        self.out.push_str("<path d=\"");
        for ring in rings {
            for (i, &spot) in ring.iter().enumerate() {
                let (x, y) = view.at(spot);
                let _ = write!(self.out, "{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" });
            }
            self.out.push('Z');
        }
        let _ = writeln!(self.out, "\" {style}/>");
    }

    fn roads(&mut self, snapshot: &Snapshot, areas: &Areas, view: &View) {
        let rows = snapshot.rows(TableId::Roads);
        if rows == 0 || rows > ROADS_MAX {
            return;
        }
        let end = |lon, lat, row| {
            let at = (snapshot.number(lon, row)?, snapshot.number(lat, row)?);
            Some(view.at(areas.plane().spot(at)))
        };
        self.out.push_str("<path d=\"");
        for row in 0..rows {
            if let (Some(a), Some(b)) = (
                end(F::RoadFromLon, F::RoadFromLat, row),
                end(F::RoadToLon, F::RoadToLat, row),
            ) {
                let _ = write!(self.out, "M{:.1} {:.1}L{:.1} {:.1}", a.0, a.1, b.0, b.1);
            }
        }
        self.out.push_str(
            "\" fill=\"none\" stroke=\"#8a8f98\" stroke-opacity=\"0.35\" stroke-width=\"0.7\"/>\n",
        );
    }

    /// Homes as dots, larger where more children live; those that move have a red rim.
    fn blocks(&mut self, zoning: &Zoning<'_>, homes: &[Option<Spot>], fills: &[&str], view: &View) {
        let most = zoning.blocks.iter().map(|b| b.children).fold(1.0, f64::max);
        let largest = (160.0 / (zoning.blocks.len() as f64).sqrt()).clamp(1.5, 7.0);
        for (block, spot) in zoning.blocks.iter().zip(homes) {
            let Some(spot) = spot else {
                continue;
            };
            let (x, y) = view.at(*spot);
            let radius = (largest * (block.children / most).max(0.0).sqrt()).max(1.2);
            let (rim, thick) = if block.moved() > 0.0 {
                (RED, 1.6)
            } else {
                (SOFT, 0.7)
            };
            let fill = block
                .school()
                .and_then(|s| fills.get(s))
                .copied()
                .unwrap_or("#ffffff");
            let _ = writeln!(
                self.out,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"{fill}\" stroke=\"{rim}\" stroke-width=\"{thick}\"/>"
            );
        }
    }

    /// Schools with their names; children and places under the name where there is room.
    fn schools(&mut self, zoning: &Zoning<'_>, marks: &[Option<Spot>], view: &View, lang: Lang) {
        let mut labels = Labels::new([6.0, HEAD, WIDE - 6.0, view.bottom()]);
        let half = 5.5;
        let placed: Vec<(usize, (f64, f64))> = marks
            .iter()
            .enumerate()
            .filter_map(|(school, spot)| Some((school, view.at((*spot)?))))
            .collect();
        for (_, (x, y)) in &placed {
            labels.keep([x - half, y - half, x + half, y + half]);
            let _ = writeln!(
                self.out,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{}\" height=\"{}\" rx=\"1.5\" fill=\"{INK}\" stroke=\"#fff\" stroke-width=\"1.2\"/>",
                x - half,
                y - half,
                2.0 * half,
                2.0 * half
            );
        }
        let size = if placed.len() > 120 { 10.0 } else { 13.5 };
        // A blank is no zero.
        let counted = zoning.blocks.iter().any(|b| b.children > 0.0);
        for (school, at) in placed {
            let school = &zoning.schools[school];
            let name = short(school.name, zoning.county);
            let load = if counted {
                school.load.round().to_string()
            } else {
                "—".to_owned()
            };
            let counts = match school.places {
                Some(places) => format!("{load}/{places}"),
                None if counted => load,
                None => String::new(),
            };
            let halo = "paint-order=\"stroke\" stroke=\"#fbfaf7\" stroke-width=\"3\" stroke-linejoin=\"round\"";
            let full = format!("{name} {counts}");
            let over = school.places.is_some_and(|p| school.load > p + 1e-9);
            if let Some(spot) = labels.place(at, half + 3.0, &full, size) {
                self.text(
                    spot,
                    size,
                    &format!("fill=\"{INK}\" font-weight=\"600\" {halo}"),
                    name,
                );
                let next = (spot.0 + width(name, size) + size * 0.4, spot.1);
                let ink = if over { RED } else { SOFT };
                self.text(
                    next,
                    size * 0.85,
                    &format!("fill=\"{ink}\" {halo}"),
                    &counts,
                );
            } else if let Some(spot) = labels.place(at, half + 3.0, name, size * 0.85) {
                self.text(
                    spot,
                    size * 0.85,
                    &format!("fill=\"{INK}\" font-weight=\"600\" {halo}"),
                    name,
                );
            }
        }
        let _ = lang;
    }

    fn legend(&mut self, zoning: &Zoning<'_>, areas: &Areas, about: &Picture<'_>, view: &View) {
        let pick = |zh: &'static str, en: &'static str| about.lang.pick(zh, en);
        let top = view.bottom() + 26.0;
        let ink = format!("fill=\"{INK}\"");
        let mut x = MARGIN;
        let _ = writeln!(
            self.out,
            "<rect x=\"{x}\" y=\"{:.1}\" width=\"11\" height=\"11\" rx=\"1.5\" fill=\"{INK}\"/>",
            top - 10.0
        );
        let school = pick(
            "学校 学生/学位（红：超出）",
            "school, students/places (red: too many)",
        );
        self.text((x + 18.0, top), 14.0, &ink, school);
        x += 42.0 + width(school, 14.0);
        let _ = writeln!(
            self.out,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"5\" fill=\"#cfe3d4\" stroke=\"{SOFT}\" stroke-width=\"0.7\"/>",
            x + 5.0,
            top - 5.0
        );
        let block = pick(
            "居住单元（越大孩子越多）",
            "block (the larger, the more children)",
        );
        self.text((x + 16.0, top), 14.0, &ink, block);
        x += 40.0 + width(block, 14.0);
        if zoning.blocks.iter().any(|b| b.moved() > 0.0) {
            let _ = writeln!(
                self.out,
                "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"18\" height=\"12\" fill=\"url(#moved)\" stroke=\"{RED}\" stroke-width=\"0.8\"/>",
                top - 11.0
            );
            let moved = pick("换学校的单元", "block that changes school");
            self.text((x + 24.0, top), 14.0, &ink, moved);
            x += 48.0 + width(moved, 14.0);
        }
        let kind = match areas.origin {
            Origin::Given => pick(
                "学区：居住单元的面合并而成",
                "zones: the blocks' polygons together",
            ),
            Origin::Voronoi => pick(
                "学区：按居住点就近划分的示意（泰森多边形），不是法定边界",
                "zones: a sketch (Voronoi cells of the blocks' points), no legal border",
            ),
            Origin::None => pick(
                "没有居住单元的图形和坐标",
                "blocks without areas and points",
            ),
        };
        self.text((x, top), 14.0, &ink, kind);

        // A scale bar of a round length near 150 units.
        let metres = nice(150.0 / view.scale / 100.0);
        let long = metres * 100.0 * view.scale;
        let y = top + 34.0;
        let _ = writeln!(
            self.out,
            "<path d=\"M{MARGIN} {:.1}v6h{long:.1}v-6\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.4\"/>",
            y - 6.0
        );
        let label = if metres >= 1000.0 {
            format!("{} {}", metres / 1000.0, pick("公里", "km"))
        } else {
            format!("{metres} {}", pick("米", "m"))
        };
        self.text((MARGIN + long + 8.0, y + 2.0), 14.0, &ink, &label);
        let north = MARGIN + long + 24.0 + width(&label, 14.0);
        let _ = writeln!(
            self.out,
            "<path d=\"M{north:.1} {:.1}l5 14l-5 -4l-5 4z\" fill=\"{INK}\"/>",
            y - 12.0
        );
        self.text((north + 9.0, y + 2.0), 14.0, &ink, pick("北", "N"));

        let soft = format!("fill=\"{SOFT}\"");
        let source = format!(
            "{}{}",
            pick("资料来源：", "Source: "),
            about.source.get(about.lang)
        );
        self.text((MARGIN, y + 30.0), 13.0, &soft, &source);
        let (colour, inside) = match about.base.number {
            Some(_) => (SOFT, ""),
            None => (
                RED,
                pick(
                    "仅供内部研究和征求意见使用，不得公开登载；",
                    "for internal use only, not for publication; ",
                ),
            ),
        };
        let review = format!(
            "{}{}{inside}{}",
            about.base.line().get(about.lang),
            pick("。本图", "; "),
            pick(
                "界线不作为权属和行政区域划界的依据。",
                "the lines are no legal borders",
            ),
        );
        self.text(
            (MARGIN, y + 52.0),
            13.0,
            &format!("fill=\"{colour}\""),
            &review,
        );
    }

    fn end(mut self) -> String {
        debug_assert!(self.high > 0.0);
        self.out.push_str("</svg>\n");
        self.out
    }
}

/// A school's name without that of its county or city.
fn short<'n>(name: &'n str, county: &str) -> &'n str {
    let rest = name
        .strip_prefix(county)
        .filter(|_| !county.is_empty())
        .unwrap_or(name);
    if rest.is_empty() { name } else { rest }
}

/// 1, 2 or 5 times a power of ten, not above `most`.
fn nice(most: f64) -> f64 {
    let power = 10f64.powf(most.max(1.0).log10().floor());
    [5.0, 2.0, 1.0]
        .into_iter()
        .map(|m| m * power)
        .find(|m| *m <= most)
        .unwrap_or(power)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
