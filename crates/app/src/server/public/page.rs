//! The frame of a public page, and the few pieces that all of them are made of.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::response::Html;
use junheng_core::text::Lang;

use crate::server::api::public::base_map;
use crate::store::Org;

/// A page in the making.
pub(super) struct Page {
    pub(super) county: String,
    pub(super) lang: Lang,
    settings: BTreeMap<String, String>,
    /// The county's code where the site is for several, else nothing.
    code: String,
    /// The page asks which county is meant.
    which: bool,
    at: &'static str,
    title: String,
    body: String,
    foot: String,
}

/// Text that cannot become markup.
pub(super) fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

impl Page {
    pub(super) fn new(
        county: String,
        settings: BTreeMap<String, String>,
        lang: Lang,
        at: &'static str,
    ) -> Self {
        Self {
            county,
            lang,
            settings,
            code: String::new(),
            which: false,
            at,
            title: String::new(),
            body: String::new(),
            foot: String::new(),
        }
    }

    /// The page is of one of so many counties; where there are others its links lead to the same.
    pub(super) fn among(&mut self, county: &Org, counties: usize) {
        if counties > 1 {
            self.code.clone_from(&county.code);
        }
    }

    /// Asks which of these counties is meant.
    pub(super) fn which(&mut self, counties: &[&Org]) {
        if counties.is_empty() {
            return;
        }
        let links: String = counties
            .iter()
            .map(|o| {
                let link = self.to(self.at, &format!("county={}", safe(&o.code)));
                format!("<li><a href=\"{link}\">{}</a></li>", safe(&o.name))
            })
            .collect();
        self.which = true;
        self.heading(self.lang.pick("请选择县(区)", "Which county?"));
        self.add(&format!("<ul class=\"counties\">{links}</ul>"));
    }

    /// Whether it asks that.
    pub(super) fn asks_which(&self) -> bool {
        self.which
    }

    /// What a form carries along: the language, and which county.
    pub(super) fn hidden(&self) -> String {
        let mut fields = String::new();
        if self.lang == Lang::En {
            fields.push_str("<input type=\"hidden\" name=\"lang\" value=\"en\">");
        }
        if !self.code.is_empty() {
            let code = safe(&self.code);
            let _ = write!(
                fields,
                "<input type=\"hidden\" name=\"county\" value=\"{code}\">"
            );
        }
        fields
    }

    /// Sections with fewer children are shown without figures.
    pub(super) fn few(&self) -> u8 {
        let said = self.settings.get("few").and_then(|n| n.parse().ok());
        said.unwrap_or(super::FEW)
    }

    /// One of two forms.
    pub(super) fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(zh, en)
    }

    /// A link to another public page, of the same county in the same language.
    pub(super) fn to(&self, path: &str, query: &str) -> String {
        self.link(path, query, self.pick("", "lang=en"))
    }

    fn link(&self, path: &str, query: &str, lang: &str) -> String {
        let county = match self.code.as_str() {
            "" => String::new(),
            code => format!("county={}", safe(code)),
        };
        let parts: Vec<&str> = [query, &county, lang]
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect();
        if parts.is_empty() {
            return path.to_owned();
        }
        format!("{path}?{}", parts.join("&amp;"))
    }

    /// The heading, which is the title too.
    pub(super) fn heading(&mut self, text: &str) {
        self.title = text.to_owned();
        let text = safe(text);
        self.add(&format!("<h1>{text}</h1>"));
    }

    /// Markup; texts in it are [`safe`] already.
    pub(super) fn add(&mut self, markup: &str) {
        self.body.push_str(markup);
        self.body.push('\n');
    }

    /// Why something was not done.
    pub(super) fn refusal(&mut self, why: &str) {
        let why = safe(why);
        self.add(&format!("<p class=\"notice not\" role=\"alert\">{why}</p>"));
    }

    /// A line of the foot: where figures come from.
    pub(super) fn foot(&mut self, text: &str) {
        let _ = write!(self.foot, "<p>{}</p>", safe(text));
    }

    /// A status as sign, word and colour.
    pub(super) fn tag(&self, verdict: &str) -> String {
        let (sign, zh, en) = match verdict {
            "met" => ("✓", "达标", "Met"),
            "not_met" => ("✕", "未达标", "Not met"),
            "tolerated" => ("▲", "允许余项", "Tolerated"),
            "not_applicable" => ("○", "不适用", "Not applicable"),
            _ => ("–", "无法判定", "Undetermined"),
        };
        let class = if verdict.is_empty() {
            "undetermined"
        } else {
            verdict
        };
        format!(
            "<span class=\"tag {}\"><span aria-hidden=\"true\">{sign}</span> {}</span>",
            safe(class),
            self.pick(zh, en)
        )
    }

    /// A page of which nothing is public.
    pub(super) fn nothing(&mut self) {
        if self.which {
            return;
        }
        self.heading(self.lang.pick("还没有公开的内容", "Nothing is public yet"));
        let said = self.pick(
            "县教育局公开后，这里会显示。",
            "It will stand here once the county's bureau makes it public.",
        );
        self.add(&format!("<p class=\"soft\">{said}</p>"));
    }

    /// The map's number and source, which stand under everything that is drawn or told of zones.
    pub(super) fn map_source(&mut self) {
        let line = base_map(&self.settings).line();
        let end = self.pick(
            "。示意，不作为划界依据。",
            ". A sketch, not a legal border.",
        );
        self.foot(&format!("{}{end}", line.get(self.lang)));
    }

    /// The whole document.
    pub(super) fn answer(mut self) -> Html<String> {
        if let Some(contact) = self
            .settings
            .get("contact")
            .filter(|v| !v.is_empty())
            .cloned()
        {
            self.foot(&format!("{}{contact}", self.pick("咨询：", "Questions: ")));
        }
        let links: String = [
            ("/public", "县域指标", "County"),
            ("/public/schools", "学校", "Schools"),
            ("/public/zones", "查学区", "Find a school"),
            ("/public/plans", "规划与决定", "Plans"),
            ("/public/verify", "核对文书", "Check a paper"),
        ]
        .into_iter()
        .map(|(path, zh, en)| {
            let here = if path == self.at {
                " aria-current=\"page\""
            } else {
                ""
            };
            format!(
                "<a href=\"{}\"{here}>{}</a>",
                self.to(path, ""),
                self.pick(zh, en)
            )
        })
        .collect();
        let (code, other, other_name) = match self.lang {
            Lang::Zh => ("zh-CN", "en", "English"),
            Lang::En => ("en", "zh", "中文"),
        };
        let county = safe(&self.county);
        let title = [self.title.as_str(), &self.county].join(" · ");
        let name = self.pick("义务教育优质均衡公示", "compulsory education, made public");
        let html = format!(
            "<!doctype html><html lang=\"{code}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{title}</title><link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">\
             <link rel=\"stylesheet\" href=\"/public.css\"></head><body>\
             <header><p class=\"name\"><b>{county}</b> <span>{name}</span></p>\
             <nav aria-label=\"{name}\">{links}<a class=\"lang\" href=\"{elsewhere}\" lang=\"{other}\">{other_name}</a></nav></header>\
             <main>{body}</main><footer>{foot}</footer></body></html>",
            title = safe(title.trim_end_matches(" · ")),
            elsewhere = self.link(self.at, "", &format!("lang={other}")),
            body = self.body,
            foot = self.foot,
        );
        Html(html)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_never_becomes_markup() {
        assert_eq!(safe("<b a='1'>&\""), "&lt;b a=&#39;1&#39;&gt;&amp;&quot;");
    }
}
