//! The language of messages when `--lang` does not say it.

use junheng_core::text::Lang;

/// By the usual variables; Chinese where they say nothing.
pub(crate) fn lang(get: impl Fn(&str) -> Option<String>) -> Lang {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(get)
        .find(|v| !v.is_empty());
    let said = said.unwrap_or_default().to_ascii_lowercase();
    let silent = said.is_empty() || said == "c" || said.starts_with("c.") || said == "posix";
    if silent || said.starts_with("zh") {
        Lang::Zh
    } else {
        Lang::En
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_where_nothing_is_said() {
        let with = |value: &str| lang(|key| (key == "LANG").then(|| value.to_owned()));
        assert_eq!(with(""), Lang::Zh);
        assert_eq!(with("C.UTF-8"), Lang::Zh);
        assert_eq!(with("zh_CN.UTF-8"), Lang::Zh);
        assert_eq!(with("en_GB.UTF-8"), Lang::En);
        assert_eq!(with("de_DE.UTF-8"), Lang::En);
        assert_eq!(lang(|_| None), Lang::Zh);
    }
}
