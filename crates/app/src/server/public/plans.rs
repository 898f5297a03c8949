//! Plans and decisions with their dates, and a box for what people say to them.

use junheng_core::date::Date;

use super::page::{Page, safe};
use super::{DAY, Said};
use crate::store::{Millis, Publication};

/// Whether comments are still taken: to the end of the last day, by the county's clock (UTC+8).
pub(super) fn takes_comments(publication: &Publication, now: Millis) -> bool {
    publication
        .comments_until
        .parse::<Date>()
        .is_ok_and(|last| day(now) <= last.to_string())
}

/// The day of a time in China.
pub(crate) fn day(at: Millis) -> String {
    const CHINA: Millis = 8 * 60 * 60 * 1000;
    let days = (at + CHINA).div_euclid(DAY);
    // Days since 0000-03-01, so that leap days come last.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{:02}", doy - (153 * mp + 2) / 5 + 1)
}

/// What became of the comment that was just sent, if one was.
pub(super) enum Sent<'a> {
    Nothing,
    Kept,
    /// It was not kept, and why; what was written stands in its box again.
    Refused(&'a Said, &'a str),
}

/// All of them.
pub(super) fn plans(page: &mut Page, all: &[Publication], now: Millis, sent: &Sent<'_>) {
    page.heading(page.lang.pick("规划与决定", "Plans and decisions"));
    match sent {
        Sent::Nothing => {}
        Sent::Kept => {
            let thanks = page.pick(
                "意见已收到，谢谢。",
                "Your comment was received. Thank you.",
            );
            page.add(&format!("<p class=\"notice\" role=\"status\">{thanks}</p>"));
        }
        Sent::Refused(said, why) => {
            page.refusal(why);
            let open = |p: &Publication| p.id == said.id && takes_comments(p, now);
            if !all.iter().any(open) && !said.content.is_empty() {
                let (yours, text) = (page.pick("您写的是：", "You wrote:"), safe(&said.content));
                page.add(&format!(
                    "<section><p class=\"soft\">{yours}</p><p>{text}</p></section>"
                ));
            }
        }
    }
    let shown: Vec<&Publication> = all.iter().filter(|p| p.kind == "plan").collect();
    if shown.is_empty() {
        let none = page.pick("还没有公开的规划。", "No plan is public yet.");
        page.add(&format!("<p class=\"soft\">{none}</p>"));
    }
    for publication in shown {
        let written = match sent {
            Sent::Refused(said, _) if said.id == publication.id => Some(*said),
            _ => None,
        };
        one(page, publication, now, written);
    }
    page.map_source();
}

fn one(page: &mut Page, publication: &Publication, now: Millis, written: Option<&Said>) {
    let published = day(publication.published_at);
    let mut dates = vec![format!("{} {published}", page.pick("公开", "published"))];
    for (zh, en, date) in [
        ("决定", "decided", &publication.decided_on),
        ("意见截止", "comments until", &publication.comments_until),
    ] {
        if !date.is_empty() {
            dates.push(format!("{} {date}", page.pick(zh, en)));
        }
    }
    let paragraphs: String = publication
        .note
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(|l| format!("<p>{}</p>", safe(l)))
        .collect();
    page.add(&format!(
        "<section><h2>{}</h2><p class=\"soft\">{}</p>{paragraphs}",
        safe(&publication.title),
        safe(&dates.join(page.pick("；", "; "))),
    ));
    if takes_comments(publication, now) {
        let id = safe(&publication.id);
        let hidden = page.hidden();
        let content = safe(written.map_or("", |w| &w.content));
        let name = safe(written.map_or("", |w| &w.name));
        page.add(&format!(
            "<form method=\"post\" action=\"/public/comments\"><input type=\"hidden\" name=\"id\" value=\"{id}\">\
             {hidden}\
             <label for=\"c{id}\">{}</label><textarea id=\"c{id}\" name=\"content\" rows=\"4\" maxlength=\"1000\" required>{content}</textarea>\
             <label for=\"n{id}\">{}</label><input id=\"n{id}\" name=\"name\" maxlength=\"40\" autocomplete=\"name\" value=\"{name}\"><div><button>{}</button></div></form>",
            page.pick("您的意见(不要写电话、身份证号)", "Your comment (no telephone or identity numbers, please)"),
            page.pick("称呼(可不填)", "Name (optional)"),
            page.pick("提交意见", "Send"),
        ));
    }
    page.add("</section>");
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_those_of_the_county() {
        // 2026-03-02 00:00 UTC, and the last minute before midnight in China.
        assert_eq!(day(1_772_409_600_000), "2026-03-02");
        assert_eq!(day(1_772_409_600_000 + 16 * 3_600_000 - 1), "2026-03-02");
        assert_eq!(day(1_772_409_600_000 + 16 * 3_600_000), "2026-03-03");
        assert_eq!(day(951_782_400_000), "2000-02-29");
    }
}
