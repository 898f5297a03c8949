//! stub
use junheng_core::model::{Sheet, TableId};
use junheng_core::text::Text;
/// Flaw
pub struct Flaw {
    /// c
    pub code: &'static str,
    /// t
    pub table: TableId,
    /// r
    pub row: Option<usize>,
    /// c
    pub column: Option<String>,
    /// w
    pub what: Text,
}
/// p
pub fn plant_flaws(_: &mut [Sheet], _: u64) -> Vec<Flaw> {
    Vec::new()
}
