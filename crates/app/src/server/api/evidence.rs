//! Evidence (佐证材料): files that show that an item is met. They belong to the county, whatever data set
//! is looked at.

use axum::extract::{Multipart, Path, Query, State};
use axum::{Extension, Json};
use junheng_core::date::Date;
use junheng_core::model::TableId;
use junheng_intake::bundle;
use junheng_intake::files::InputFile;
use serde::{Deserialize, Serialize};

use super::paging::Paging;
use super::{Answer, Done, Download, heavy, public};
use crate::error::Failure;
use crate::packs::{self, Wanted};
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::public::day;
use crate::server::{App, door, scan, scope, secret};
use crate::store::{Deed, Evidence, SnapshotRow};

/// Most bytes of one file.
pub(crate) const FILE: usize = 20 * 1024 * 1024;
/// Most files of one item, and most bytes of a county.
const FILES: usize = 50;
const ALL: i64 = 2 << 30;
/// Longest text of a field.
const TEXT: usize = 100;

/// What a file may be: how its content begins, the part that such an archive holds, and its endings.
/// Nothing here is shown by a browser as a page of ours.
const KINDS: &[(&str, &[u8], &str, &[&str])] = &[
    ("pdf", b"%PDF-", "", &["pdf"]),
    ("png", b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", "", &["png"]),
    ("jpg", b"\xFF\xD8\xFF", "", &["jpg", "jpeg"]),
    ("docx", b"PK\x03\x04", "word/document.xml", &["docx"]),
    ("xlsx", b"PK\x03\x04", "xl/workbook.xml", &["xlsx"]),
    ("pptx", b"PK\x03\x04", "ppt/presentation.xml", &["pptx"]),
    ("ofd", b"PK\x03\x04", "OFD.xml", &["ofd"]),
    (
        "office97",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "",
        &["doc", "xls", "ppt", "wps", "et", "dps"],
    ),
];

/// What a file is by its content, where its ending says the same.
fn kind(file: &str, bytes: &[u8]) -> Option<&'static str> {
    let ending = file.rsplit_once('.')?.1.to_ascii_lowercase();
    // Names of an archive's parts stand in it as they are.
    let holds =
        |part: &str| part.is_empty() || bytes.windows(part.len()).any(|w| w == part.as_bytes());
    let macros = b"vbaProject.bin";
    KINDS
        .iter()
        .find(|(_, head, _, endings)| bytes.starts_with(head) && endings.contains(&ending.as_str()))
        .filter(|(_, _, part, _)| holds(part))
        .filter(|_| !bytes.windows(macros.len()).any(|w| w == macros))
        .map(|k| k.0)
}

/// What is kept, and what may be added.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    evidence: Vec<Evidence>,
    /// Where the next page begins, where there is one.
    next: Option<String>,
    most_bytes: usize,
    endings: Vec<String>,
}

/// The evidence of the county of a snapshot, all items.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Query(paging): Query<Paging>,
) -> Answer<Kept> {
    let row = scope::snapshot(&app, &asked, &id).await?;
    let evidence = app.store.evidence(&row.org_id).await?;
    let (evidence, next) = paging.of(evidence, |e| &e.id)?;
    let endings = KINDS.iter().flat_map(|k| k.3);
    Ok(Json(Kept {
        evidence,
        next,
        most_bytes: FILE,
        endings: endings.map(|e| (*e).to_owned()).collect(),
    }))
}

/// What a form says.
#[derive(Default)]
struct Given {
    item: String,
    title: String,
    expires_on: String,
    file: String,
    bytes: Vec<u8>,
}

async fn given(mut form: Multipart) -> Result<Given, Problem> {
    let broken = |_| {
        Problem::bad(
            format!("上传没有完成，或超过 {} MB；没有保存任何内容", FILE >> 20),
            format!(
                "the upload broke off, or is larger than {} MB; nothing was kept",
                FILE >> 20
            ),
        )
    };
    let mut given = Given::default();
    while let Some(part) = form.next_field().await.map_err(broken)? {
        let field = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().unwrap_or_default();
        let file = file
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned();
        let bytes = part.bytes().await.map_err(broken)?;
        let text = || String::from_utf8_lossy(&bytes).trim().to_owned();
        match field.as_str() {
            "item" => given.item = text(),
            "title" => given.title = text(),
            "expires_on" => given.expires_on = text(),
            _ => (given.file, given.bytes) = (file, bytes.to_vec()),
        }
    }
    let last = given.expires_on.parse::<Date>();
    if let Ok(last) = last {
        given.expires_on = last.to_string();
    }
    let plain = |text: &str| text.chars().count() <= TEXT && door::is_one_line(text);
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let good = (1..=40).contains(&given.item.len())
        && given.item.chars().all(word)
        && plain(&given.title)
        && !given.title.is_empty()
        && plain(&given.file)
        && (given.expires_on.is_empty() || last.is_ok());
    if good {
        return Ok(given);
    }
    Err(Problem::bad(
        format!("请写明条目、材料名称(不超过 {TEXT} 字)，有效期写年-月-日或留空"),
        format!(
            "give the item and a title of at most {TEXT} characters; the last day as YYYY-MM-DD, or none"
        ),
    ))
}

/// Whether evidence may be given for an id: an item or an indicator of the standard that the county
/// chose, or of a national one.
fn takes(files: &[InputFile], chosen: &Wanted, id: &str) -> Result<bool, Failure> {
    let county = bundle::read_bundle(files, &[TableId::County]).snapshot;
    let nationals = packs::bases(&Wanted::default())?
        .into_iter()
        .map(|p| Wanted {
            standard: Some(p.id),
            ..Wanted::default()
        });
    let has = |wanted: &Wanted| {
        packs::standard(wanted, &county).is_ok_and(|s| {
            s.items.iter().any(|i| i.id == id) || s.indicators.iter().any(|i| i.id == id)
        })
    };
    Ok(has(chosen) || nationals.into_iter().any(|n| has(&n)))
}

/// Passes where there is such an item, and the file still holds today.
async fn fits(app: &App, row: &SnapshotRow, given: &Given) -> Result<(), Problem> {
    let chosen = public::chosen(app, &row.org_id).await?;
    let (files, item) = (app.store.files(&row.id).await?, given.item.clone());
    if !heavy(move || takes(&files, &chosen, &item)).await?? {
        return Err(Problem::bad(
            format!("没有保存：标准里没有条目 {}", given.item),
            format!("nothing was kept: the standard has no item {}", given.item),
        ));
    }
    if !given.expires_on.is_empty() && given.expires_on < day(app.now()) {
        return Err(Problem::bad(
            format!(
                "没有保存：有效期 {} 已过；请上传现行有效的材料，或核对日期",
                given.expires_on
            ),
            format!(
                "nothing was kept: it held until {}, which is past; add what holds now, or mend the date",
                given.expires_on
            ),
        ));
    }
    Ok(())
}

/// Adds a file to an item.
pub(crate) async fn add(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    form: Multipart,
) -> Answer<Evidence> {
    let row = scope::snapshot(&app, &asked, &id).await?;
    let given = given(form).await?;
    fits(&app, &row, &given).await?;
    let kind = kind(&given.file, &given.bytes).ok_or_else(|| {
        Problem::bad(
            "不能保存这种文件：只收 PDF、图片、OFD 和不含宏的 Office 文件，内容须与扩展名相符",
            "this kind of file is not kept: PDF, pictures, OFD and Office files without macros, whose content is what the ending says",
        )
    })?;
    let all = app.store.evidence(&row.org_id).await?;
    let size = i64::try_from(given.bytes.len()).unwrap_or(i64::MAX);
    let of_item = all.iter().filter(|e| e.item == given.item).count();
    if of_item >= FILES || all.iter().map(|e| e.size).sum::<i64>() + size > ALL {
        return Err(Problem::conflict(
            format!(
                "每个条目最多 {FILES} 个文件，全县共 {} GB；请先移除不再使用的",
                ALL >> 30
            ),
            format!(
                "an item has at most {FILES} files, a county {} GB; remove some first",
                ALL >> 30
            ),
        ));
    }
    let bytes = scan::clean(&app, given.bytes).await?;
    let (bytes, sha256) = heavy(move || {
        let sha256 = secret::sha256(&bytes);
        (bytes, sha256)
    })
    .await?;
    let new = Evidence {
        id: secret::id()?,
        org_id: row.org_id,
        item: given.item,
        title: given.title,
        file: given.file,
        kind: kind.to_owned(),
        size,
        sha256,
        expires_on: given.expires_on,
        name: asked.caller()?.account.name.clone(),
        at: app.now(),
    };
    let mut change = app.store.change().await?;
    change.add_evidence(&new, &bytes).await?;
    let deed = Deed {
        new: &new.hash(),
        ..asked.deed("evidence.add", &new.id)?
    };
    change.record(new.at, &deed).await?;
    change.commit().await?;
    Ok(Json(new))
}

/// One in reach.
async fn one(app: &App, asked: &Asked, id: &str) -> Result<Evidence, Problem> {
    let evidence = app
        .store
        .evidence_of(id)
        .await?
        .ok_or_else(Problem::absent)?;
    scope::within(app, asked, &evidence.org_id).await?;
    Ok(evidence)
}

/// The file.
pub(crate) async fn file(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Result<Download, Problem> {
    let evidence = one(&app, &asked, &id).await?;
    let bytes = app.store.original(&evidence.sha256).await?;
    let bytes = bytes.ok_or_else(Problem::absent)?;
    let mut change = app.store.change().await?;
    let deed = asked.deed("evidence.export", &id)?;
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    Ok(Download {
        bytes,
        name: evidence.file,
    })
}

/// Takes a file out of use; what was there stays in the store.
pub(crate) async fn remove(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer<Done> {
    let evidence = one(&app, &asked, &id).await?;
    let now = app.now();
    let mut change = app.store.change().await?;
    change
        .remove_evidence(&id, &asked.caller()?.account.name, now)
        .await?;
    let deed = Deed {
        old: &evidence.sha256,
        ..asked.deed("evidence.remove", &id)?
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(Json(Done {}))
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn statement_30_files_are_what_they_say() {
        let office = b"PK\x03\x04....word/document.xml....";
        assert_eq!(kind("a.pdf", b"%PDF-1.7"), Some("pdf"));
        assert_eq!(kind("a.JPG", b"\xFF\xD8\xFF\xE0"), Some("jpg"));
        assert_eq!(kind("a.docx", office), Some("docx"));
        let with_macros = [&office[..], b"word/vbaProject.bin"].concat();
        for (name, bytes) in [
            ("a.pdf", &b"<html>"[..]),
            ("a.html", b"<html>"),
            ("a.svg", b"<svg onload=alert(1)>"),
            ("a.exe", b"MZ\x90\0"),
            ("a.html", b"%PDF-1.7"),
            ("a.xlsx", office),
            ("a.docx", &with_macros),
            ("pdf", b"%PDF-1.7"),
            ("", b""),
        ] {
            assert_eq!(kind(name, bytes), None, "{name}");
        }
    }
}
