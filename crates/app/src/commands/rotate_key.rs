//! `junheng rotate-key`: the secrets of a data folder under a new key.

use clap::{ArgMatches, Command};
use junheng_core::text::Text;

use super::Entry;
use super::serve::{
    alone, database, database_option, key_file, key_option, now, runtime, unopened,
};
use crate::Context;
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::server::keys;
use crate::store::Store;

pub(crate) const ENTRY: Entry = Entry {
    name: "rotate-key",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "rotate-key",
            "更换密钥：动态口令密钥、电话等改由新密钥封存；服务须先停止",
            "A new key: secrets of second factors and telephone numbers are sealed anew; stop the server first",
        )
        .arg(
            words
                .option("data", "DIR", "数据文件夹", "The data folder")
                .required(true),
        )
        .arg(key_option(words))
        .arg(database_option(words))
        .arg(words.flag(
            "lost",
            "原密钥已丢失：清除用它封存的内容，动态口令、电话、身份证号须重新登记",
            "The old key is lost: what it sealed is forgotten, and second factors, telephone and identity numbers have to be given anew",
        ))
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let data = cli::path(matches, "data");
    if !data.is_dir() {
        let missing = std::io::ErrorKind::NotFound.into();
        return Err(Failure::file(&data, &missing));
    }
    let _lock = alone(&data)?;
    let file = key_file(matches, &data);
    // A key that is not there is not made: it would be another one.
    if !file.exists() && !matches.get_flag("lost") {
        let missing = std::io::ErrorKind::NotFound.into();
        return Err(Failure::file(&file, &missing));
    }
    let url = database(matches, &data);
    let sealed = runtime()?.block_on(async {
        let store = Store::open(&url).await.map_err(|e| unopened(&e))?;
        let done = keys::rotate(&store, &file, matches.get_flag("lost"), now()).await;
        store.close().await;
        done.map_err(|problem| Failure::Other(problem.message()))
    })?;
    let text = Text::new(
        format!(
            "已更换密钥，{sealed} 项改由新密钥封存：{}。旧密钥另存为同名 .old：只有恢复更早的备份才用得到，不用时请删除。",
            file.display()
        ),
        format!(
            "{sealed} secrets are sealed under the new key: {}. The old key stays beside it as .old: only older backups need it; delete it once there are none.",
            file.display()
        ),
    );
    say!("{}", text.get(context.lang));
    Ok(String::new())
}
