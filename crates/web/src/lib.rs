//! The page, embedded: no file is read at run time and no other host is asked.

/// A file of the page.
#[derive(Clone, Copy, Debug)]
pub struct WebFile {
    /// Its content.
    pub bytes: &'static [u8],
    /// Its media type.
    pub kind: &'static str,
    /// Differs whenever the content does.
    pub hash: &'static str,
}

static FILES: &[(&str, &[u8], &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The file of a path such as `index.html` or `assets/page-1a2b.js`.
///
/// ```
/// let page = junheng_web::file("index.html").unwrap();
/// assert_eq!(page.kind, "text/html; charset=utf-8");
/// assert!(junheng_web::file("../Cargo.toml").is_none());
/// ```
#[must_use]
pub fn file(path: &str) -> Option<WebFile> {
    let at = FILES.binary_search_by_key(&path, |f| f.0).ok()?;
    let (_, bytes, hash) = FILES[at];
    Some(WebFile {
        bytes,
        kind: kind(path),
        hash,
    })
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "woff2" => "font/woff2",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}
