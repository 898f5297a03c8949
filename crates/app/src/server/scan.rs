//! The virus scanner of the site (`--scan PROGRAM`): what it does not find clean is not kept.

use std::process::{Command, Stdio};

use super::api::heavy;
use super::problem::Problem;
use super::{App, secret};

/// The bytes, once the scanner found them clean; without one they are what they are.
///
/// The scanner is given the path of a file as its only argument and ends with 0 where it is clean, as
/// `clamdscan` does.
///
/// # Errors
/// The scanner found something, or could not do its work.
pub(crate) async fn clean(app: &App, bytes: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let Some(scanner) = app.scan.clone() else {
        return Ok(bytes);
    };
    let (folder, name) = (app.work.clone(), format!("scan-{}", secret::id()?));
    let (bytes, said) = heavy(move || {
        let file = folder.join(name);
        let said = std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(&file, &bytes))
            .and_then(|()| {
                Command::new(&scanner)
                    .arg(&file)
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status()
            });
        drop(std::fs::remove_file(&file));
        (bytes, said)
    })
    .await?;
    match said.map(|status| status.code()) {
        Ok(Some(0)) => Ok(bytes),
        Ok(Some(1)) => Err(Problem::bad(
            "查毒程序认为文件不安全，没有保存；请清除后重新上传",
            "the virus scanner does not find the file safe; nothing was kept. Clean it and try again",
        )),
        other => {
            tracing::error!(?other, "scan");
            Err(Problem::internal("scan"))
        }
    }
}
