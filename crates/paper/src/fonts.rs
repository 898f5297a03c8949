//! The fonts of the papers: Noto Sans SC and Noto Serif SC (OFL 1.1), subset by `fonts/make.py`.

/// 黑体: headings and charts; every character of GBK and 通用规范汉字表.
pub(crate) static SANS: &[u8] = include_bytes!("../fonts/NotoSansSC.otf");
/// 宋体: running text; the same characters.
pub(crate) static SERIF: &[u8] = include_bytes!("../fonts/NotoSerifSC.otf");

/// Family name of [`SANS`].
pub(crate) const SANS_NAME: &str = "Noto Sans CJK SC";
/// Family name of [`SERIF`].
pub(crate) const SERIF_NAME: &str = "Noto Serif CJK SC";
