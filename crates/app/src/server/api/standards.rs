//! The standards and the fields, as the command line prints them.

use axum::Extension;
use axum::extract::Path;
use junheng_core::text::Lang;

use super::{Document, heavy};
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::{commands, packs};

async fn told(lang: Lang, words: &[&str]) -> Result<Document, Problem> {
    let word = if lang == Lang::En { "en" } else { "zh" };
    let arguments: Vec<String> = ["junheng"]
        .iter()
        .chain(words)
        .chain(&["--json", "--lang", word])
        .map(|w| (*w).to_owned())
        .collect();
    let text = heavy(move || commands::perform(&arguments, lang)).await??;
    Ok(Document(text.into()))
}

/// All packs.
pub(crate) async fn list(Extension(asked): Extension<Asked>) -> Result<Document, Problem> {
    told(asked.lang, &["standards"]).await
}

/// One pack as a book.
pub(crate) async fn book(
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Result<Document, Problem> {
    if !packs::ids().any(|known| known == id) {
        return Err(Problem::absent());
    }
    told(asked.lang, &["standards", &id]).await
}

/// All fields.
pub(crate) async fn fields(Extension(asked): Extension<Asked>) -> Result<Document, Problem> {
    told(asked.lang, &["fields"]).await
}
