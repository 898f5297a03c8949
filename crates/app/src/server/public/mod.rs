//! Pages for everybody: HTML without script and without login, of what the county made public and
//! nothing else. Figures of few children are not shown.

mod county;
mod page;
mod plans;
mod verify;
mod zones;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use junheng_core::text::Lang;
use serde::Deserialize;
use serde_json::Value;

use self::page::Page;
use self::plans::Sent;
pub(crate) use self::plans::day;
use super::api::commands::{laid_out, told};
use super::api::heavy;
use super::api::public::chosen;
use super::caller::Asked;
use super::problem::Problem;
use super::{App, secret};
use crate::store::{Comment, Deed, Millis, Org, Publication};

/// Where these pages are.
pub(crate) const PLACE: &str = "/public";
/// Sections with fewer children are shown without figures, where the county says nothing else.
const FEW: u8 = 10;
/// Longest comment, and most of one day.
const COMMENT: usize = 1000;
const DAILY: i64 = 500;
/// Most comments of one address in so long.
const EACH: u32 = 5;
const WHILE: Millis = 60 * 60 * 1000;
/// Digits in a row that a telephone or identity number has.
const NUMBER: usize = 11;
const DAY: Millis = 24 * 60 * 60 * 1000;

/// What an address may ask.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    id: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    stage: String,
    #[serde(default)]
    sent: String,
    /// The code of a county, where the site is for several.
    #[serde(default)]
    county: String,
}

impl Wanted {
    fn lang(&self, asked: &Asked) -> Lang {
        match self.lang.as_deref() {
            Some("en") => Lang::En,
            Some("zh") => Lang::Zh,
            _ => asked.lang,
        }
    }
}

/// A page, once it is made.
type Shown = Result<Html<String>, Problem>;

/// A page begun, with what is public of its county, the newest of each kind first; where several counties
/// have made something public and the address names none, a page that asks which.
async fn begin(
    app: &App,
    wanted: &Wanted,
    asked: &Asked,
    at: &'static str,
) -> Result<(Page, Vec<Publication>), Problem> {
    let mut public = app.store.all_publications().await?;
    public.retain(|p| p.withdrawn_at.is_none());
    let counties = app.store.counties().await?;
    let mut open: Vec<&Org> = counties.iter().collect();
    open.retain(|o| public.iter().any(|p| p.org_id == o.id));
    let county = match (counties.as_slice(), open.as_slice()) {
        ([one], _) => Some(one),
        (_, [one]) => Some(*one),
        (several, _) => several.iter().find(|o| o.code == wanted.county),
    };
    let site = app.store.site().await?;
    let (name, settings) = match county.or(site.as_ref()) {
        Some(own) => (own.name.clone(), app.store.settings(&own.id).await?),
        None => <_>::default(),
    };
    let mut page = Page::new(name, settings, wanted.lang(asked), at);
    match county {
        Some(county) => {
            page.among(county, open.len());
            public.retain(|p| p.org_id == county.id);
        }
        None => {
            page.which(&open);
            public.clear();
        }
    }
    Ok((page, public))
}

/// The evaluation of what is public of the county, if it is.
async fn evaluation(
    app: &App,
    lang: Lang,
    public: Vec<Publication>,
) -> Result<Option<(Publication, Value)>, Problem> {
    let Some(published) = public.into_iter().find(|p| p.kind == "county") else {
        return Ok(None);
    };
    let by = chosen(app, &published.org_id).await?.words();
    let id = std::slice::from_ref(&published.snapshot_id);
    let text = told(app, lang, "evaluate", id, by);
    let value = serde_json::from_str(&text.await?).map_err(Problem::because("evaluation"))?;
    Ok(Some((published, value)))
}

/// The county's indicators.
pub(crate) async fn county(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(wanted): Query<Wanted>,
) -> Shown {
    let (mut page, public) = begin(&app, &wanted, &asked, "/public").await?;
    match evaluation(&app, page.lang, public).await? {
        Some((published, value)) => county::overview(&mut page, &published, &value),
        None => page.nothing(),
    }
    Ok(page.answer())
}

/// The schools, or one of them.
pub(crate) async fn schools(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(wanted): Query<Wanted>,
) -> Shown {
    let (mut page, public) = begin(&app, &wanted, &asked, "/public/schools").await?;
    match evaluation(&app, page.lang, public).await? {
        Some((_, value)) => county::schools(&mut page, &value, &wanted.id, &wanted.q),
        None => page.nothing(),
    }
    Ok(page.answer())
}

/// Which school serves an address or a village.
pub(crate) async fn zones(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(wanted): Query<Wanted>,
) -> Shown {
    let (mut page, mut all) = begin(&app, &wanted, &asked, "/public/zones").await?;
    all.retain(|p| p.kind == "zones");
    if all.is_empty() {
        page.nothing();
        return Ok(page.answer());
    }
    let mut folders = Vec::new();
    for stage in ["primary", "junior"] {
        if let Some(published) = all.iter().find(|p| p.stage == stage) {
            folders.push((
                published.clone(),
                laid_out(&app, &published.snapshot_id).await?,
            ));
        }
    }
    let page = heavy(move || {
        zones::zones(&mut page, &folders, &wanted.q, &wanted.stage);
        page
    });
    Ok(page.await?.answer())
}

/// Plans and decisions.
pub(crate) async fn plans(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(wanted): Query<Wanted>,
) -> Shown {
    let (mut page, all) = begin(&app, &wanted, &asked, "/public/plans").await?;
    if !page.asks_which() {
        let sent = if wanted.sent.is_empty() {
            Sent::Nothing
        } else {
            Sent::Kept
        };
        plans::plans(&mut page, &all, app.now(), &sent);
    }
    Ok(page.answer())
}

/// Whether a text holds a number that belongs to a person, or a link: neither is for a public box.
fn private(text: &str) -> bool {
    let mut run = 0;
    for c in text.chars().filter(|c| !matches!(c, ' ' | '-')) {
        run = if c.is_ascii_digit() { run + 1 } else { 0 };
        if run >= NUMBER {
            return true;
        }
    }
    text.contains("://") || text.to_lowercase().contains("www.")
}

/// A paper: is it what the county made public? Its check code stands in its foot.
pub(crate) async fn verify(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(wanted): Query<Wanted>,
) -> Shown {
    let (mut page, _) = begin(&app, &wanted, &asked, "/public/verify").await?;
    let mut known = Vec::new();
    for published in app.store.all_publications().await? {
        if published.kind == "county" && verify::is_code(&wanted.q) {
            let code = seal(&app, &published).await?;
            known.push((published, code));
        }
    }
    verify::verify(&mut page, &known, &wanted.q);
    Ok(page.answer())
}

/// The check code of a snapshot's evaluation, which every paper made of it carries.
async fn seal(app: &App, published: &Publication) -> Result<Arc<str>, Problem> {
    let by = chosen(app, &published.org_id).await?;
    let snapshot = &published.snapshot_id;
    let key = format!("{snapshot}\nseal\n{}", by.words().join("\n"));
    let known = app.answers.lock().ok().and_then(|mut a| a.get(&key));
    if let Some(known) = known {
        return Ok(known);
    }
    let folder = laid_out(app, snapshot).await?;
    let code: Arc<str> = heavy(move || verify::seal(&folder, &by)).await??.into();
    if let Ok(mut answers) = app.answers.lock() {
        answers.put(key, code.clone());
    }
    Ok(code)
}

/// A comment as the form sends it.
#[derive(Deserialize)]
pub(crate) struct Said {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    content: String,
    #[serde(default)]
    lang: String,
    /// The page's county, to lead back to.
    #[serde(default)]
    county: String,
}

/// Keeps a comment and leads back to the plans; one that is not kept stands in its box again, with why.
pub(crate) async fn comment(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Form(said): Form<Said>,
) -> Result<Response, Problem> {
    let code = said.county.trim();
    let code = if code.bytes().all(|b| b.is_ascii_digit()) {
        code
    } else {
        ""
    };
    let Err(problem) = keep(&app, &asked, &said).await else {
        let lang = if said.lang == "en" { "&lang=en" } else { "" };
        let back = match code {
            "" => String::new(),
            code => format!("&county={code}"),
        };
        return Ok(Redirect::to(&format!("/public/plans?sent=1{lang}{back}")).into_response());
    };
    let wanted = Wanted {
        lang: (said.lang == "en").then(|| said.lang.clone()),
        county: code.to_owned(),
        ..Wanted::default()
    };
    let (mut page, all) = begin(&app, &wanted, &asked, "/public/plans").await?;
    let status = problem.status();
    let why = problem.message();
    let sent = Sent::Refused(&said, why.get(page.lang));
    plans::plans(&mut page, &all, app.now(), &sent);
    Ok((status, page.answer()).into_response())
}

async fn keep(app: &App, asked: &Asked, said: &Said) -> Result<(), Problem> {
    let (id, name, content) = (said.id.trim(), said.name.trim(), said.content.trim());
    let now = app.now();
    let known = app.store.all_publications().await?.into_iter();
    let known = known
        .filter(|p| p.withdrawn_at.is_none())
        .find(|p| p.id == id);
    if !known.is_some_and(|p| plans::takes_comments(&p, now)) {
        return Err(Problem::bad(
            "意见没有保存：这项内容已不再征求意见",
            "the comment was not kept: the time for comments is over",
        ));
    }
    let fits =
        !content.is_empty() && content.chars().count() <= COMMENT && name.chars().count() <= 40;
    if !fits {
        return Err(Problem::bad(
            format!("意见没有保存：请写 1 至 {COMMENT} 字，称呼不超过 40 字"),
            format!(
                "the comment was not kept: write 1 to {COMMENT} characters, and a name of at most 40"
            ),
        ));
    }
    if private(content) || private(name) {
        return Err(Problem::bad(
            "意见没有保存：请不要写电话、身份证号，也不要写网址；删去后可再提交",
            "the comment was not kept: no telephone or identity numbers, please, and no links; take them out and send it again",
        ));
    }
    let again = app.store.has_comment(id, content).await?;
    let patient = app
        .commenters
        .lock()
        .is_ok_and(|mut l| l.counts(&asked.address, EACH, WHILE, now));
    if again {
        return Err(Problem::too_many(
            "同样的意见已经收到过，不用再提交",
            "the same comment was received already",
        ));
    }
    if !patient || app.store.comments_since(now - DAY).await? >= DAILY {
        return Err(Problem::too_many(
            format!("意见没有保存：短时间内意见太多，一小时内最多提 {EACH} 条；请过一会儿再提交"),
            format!("the comment was not kept: at most {EACH} an hour; please send it later"),
        ));
    }
    let row = Comment {
        id: secret::id()?,
        publication_id: id.to_owned(),
        name: name.to_owned(),
        content: content.to_owned(),
        at: now,
    };
    let deed = Deed {
        address: &asked.address,
        action: "comment.add",
        object: &row.id,
        new: &secret::token_hash(&row.content),
        result: "done",
        ..Deed::default()
    };
    let mut change = app.store.change().await?;
    change.comment(&row).await?;
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(())
}

/// What stands instead of a page that was refused. It asks the store nothing: who asks too often costs
/// nothing more.
pub(crate) fn refused(why: &str, lang: Lang) -> Html<String> {
    let mut page = Page::new(String::new(), <_>::default(), lang, PLACE);
    page.heading(page.pick("没有完成", "It was not done"));
    page.refusal(why);
    let back = page.pick(
        "请用浏览器的“后退”回到刚才的页面，写的内容还在。",
        "Go back in the browser: what you wrote is still there.",
    );
    page.add(&format!("<p class=\"soft\">{back}</p>"));
    page.answer()
}

/// What stands where there is no such page: its frame, with the way to those that there are.
pub(crate) async fn absent(app: &App, lang: Lang) -> Response {
    let asked = Asked {
        lang,
        address: String::new(),
        caller: None,
    };
    match begin(app, &Wanted::default(), &asked, "").await {
        Ok((mut page, _)) => {
            page.heading(page.lang.pick("没有这一页", "There is no such page"));
            (StatusCode::NOT_FOUND, page.answer()).into_response()
        }
        Err(problem) => problem.answer(lang),
    }
}
