//! A drawing as PNG: Word shows no SVG in every version.

use std::sync::{Arc, LazyLock};

use junheng_core::text::Text;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::fonts;
use crate::model::Picture;

/// Pixels across: 156 mm at 260 dots an inch.
const WIDE: f64 = 1600.0;

/// Parsed once for the whole run.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut db = fontdb::Database::new();
    db.load_font_source(fontdb::Source::Binary(Arc::new(fonts::SANS)));
    db.set_sans_serif_family(fonts::SANS_NAME);
    Arc::new(db)
});

/// Draws a picture.
pub(super) fn png(picture: &Picture) -> Result<Vec<u8>, Text> {
    let failed = |why: String| {
        Text::new(
            format!("图“{}”没有画成：{why}", picture.caption),
            format!("a picture was not drawn: {why}"),
        )
    };
    let options = Options {
        fontdb: FONTS.clone(),
        font_family: fonts::SANS_NAME.to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(&picture.svg, &options).map_err(|e| failed(e.to_string()))?;
    let scale = (WIDE / picture.size.0.max(1.0)) as f32;
    let high = (picture.size.1 * f64::from(scale)).ceil().max(1.0) as u32;
    let mut pixels = Pixmap::new(WIDE as u32, high).ok_or_else(|| failed("尺寸过大".to_owned()))?;
    pixels.fill(Color::WHITE);
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    pixels.encode_png().map_err(|e| failed(e.to_string()))
}
