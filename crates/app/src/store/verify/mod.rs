//! Whether the store still holds what it held: the database, the audit's chain, every original, and the
//! rows that nobody changes against the audit's lines of their making.

mod forms;

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::text::Text;
use sha2::{Digest, Sha256};
use sqlx::Row;

use super::accounts::account_hash;
use super::audit::{Broken, hash_of, hex};
use super::orgs::{TREE, tree_hash};
use super::{Engine, Record, Result, Store};

/// What a verification saw.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Verified {
    /// Lines of the audit whose chain holds.
    pub(crate) audit: i64,
    /// Original files whose content has its hash.
    pub(crate) originals: i64,
    /// What does not hold, in both languages.
    #[serde(skip)]
    pub(crate) broken: Vec<Text>,
}

/// So many objects that are not what they were are named, the others counted.
const NAMED: usize = 20;

/// Rows that the audit tells of.
struct Kind {
    zh: &'static str,
    en: &'static str,
    /// The version of the tables from which on there are such rows.
    since: i64,
    /// The lines of their making.
    actions: &'static [&'static str],
    /// Their ids and hashes, no hash where the lines have none; what else of them the lines hold comes after
    /// (those from before it was held have the hash alone).
    rows: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        zh: "数据集",
        en: "data set",
        since: 1,
        actions: &[
            "snapshot.import",
            "snapshot.generate",
            "snapshot.filed",
            "plan.accept",
        ],
        rows: "SELECT id, digest FROM snapshot",
    },
    Kind {
        zh: "数据集的采用",
        en: "acceptance of data set",
        since: 1,
        actions: &["snapshot.accept"],
        rows: "SELECT s.id, s.digest FROM snapshot s JOIN acceptance a ON a.snapshot_id = s.id",
    },
    // The first account is made by the setup, whose line has its login.
    Kind {
        zh: "账号",
        en: "account",
        since: 1,
        actions: &["account.add", SETUP],
        rows: "SELECT CASE WHEN EXISTS (SELECT 1 FROM audit l WHERE l.action = 'setup' \
               AND l.result = 'done' AND l.actor = a.login) THEN a.login ELSE a.id END, '' FROM account a",
    },
    Kind {
        zh: "评价结果：数据集",
        en: "evaluation of data set",
        since: 8,
        actions: &["evaluation.add"],
        rows: "SELECT snapshot_id, sha256 FROM evaluation",
    },
    Kind {
        zh: "佐证材料",
        en: "evidence",
        since: 6,
        actions: &["evidence.add"],
        rows: "SELECT id, sha256, item, title, file, expires_on FROM evidence",
    },
    Kind {
        zh: "佐证材料的移除",
        en: "removal of evidence",
        since: 6,
        actions: &["evidence.remove"],
        rows: "SELECT e.id, e.sha256 FROM evidence e JOIN evidence_removal r ON r.evidence_id = e.id",
    },
    Kind {
        zh: "公示的撤回",
        en: "withdrawal of publication",
        since: 5,
        actions: &["publication.withdraw"],
        rows: "SELECT publication_id, '' FROM withdrawal",
    },
    Kind {
        zh: "公众意见",
        en: "comment",
        since: 5,
        actions: &["comment.add"],
        rows: "SELECT id, '' FROM comment",
    },
];

/// Where originals are named: the tables' version, what names them, and the rows whose original is gone.
const NAMES: &[(i64, &str, &str, &str)] = &[
    (
        1,
        "数据集",
        "data set",
        "SELECT r.snapshot_id, r.name FROM snapshot_file r",
    ),
    (2, "任务", "job", "SELECT r.job_id, r.name FROM job_file r"),
    (
        3,
        "填报表",
        "form",
        "SELECT r.filing_id, r.step FROM filing_step r",
    ),
    (
        6,
        "佐证材料",
        "evidence",
        "SELECT r.id, r.file FROM evidence r",
    ),
    (
        8,
        "评价结果：数据集",
        "evaluation of data set",
        "SELECT r.snapshot_id, r.lang FROM evaluation r",
    ),
];

/// Whose files the audit tells of together: the tables' version, what it is, the lines, the owners with their
/// titles, the files.
const LISTS: &[(i64, &str, &str, &str, &str, &str)] = &[
    (
        1,
        "名称和文件清单：数据集",
        "title and list of files of data set",
        "snapshot.files",
        "SELECT id, title FROM snapshot",
        "SELECT snapshot_id, name, sha256 FROM snapshot_file",
    ),
    (
        2,
        "结果文件：任务",
        "results of job",
        "job.end",
        "SELECT id, '' FROM job WHERE state = 'done'",
        "SELECT job_id, name, sha256 FROM job_file",
    ),
];

const SETUP: &str = "setup";

/// Objects with their hashes.
type Pairs = Vec<(String, String)>;

/// What the audit's lines tell.
#[derive(Default)]
struct Told {
    /// By action and object the hashes after each deed.
    hashes: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// The hash of each account after its last change.
    accounts: BTreeMap<String, String>,
    /// The hash of the tree of organisations with their settings after its last change.
    tree: Option<String>,
}

impl Told {
    fn see(&mut self, line: &Record) {
        if line.result != "done" || line.object == "session" {
            return;
        }
        let object = match line.action.as_str() {
            SETUP => &line.actor,
            _ => &line.object,
        };
        match line.action.as_str() {
            SETUP | "account.add" | "account.change" | "password" => {
                self.accounts.insert(object.clone(), line.new_hash.clone());
            }
            // What is sealed in them has another hash from now on.
            "key.rotate" => self.accounts.clear(),
            TREE => self.tree = Some(line.new_hash.clone()),
            _ => {}
        }
        let of_action = self.hashes.entry(line.action.clone()).or_default();
        let hashes = of_action.entry(object.clone()).or_default();
        hashes.push(line.new_hash.clone());
    }

    /// The hash of a row that its line tells: of all that is held of such rows now, or the older one.
    fn newer(&self, actions: &[&str], object: &str, hash: String, older: String) -> String {
        let lines = actions
            .iter()
            .filter_map(|a| self.hashes.get(*a)?.get(object));
        match lines.flatten().any(|line| *line == hash) {
            true => hash,
            false => older,
        }
    }

    /// Hashes by object, of several actions.
    fn of(&self, actions: &[&str]) -> BTreeMap<&str, Vec<&str>> {
        let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (object, hashes) in actions.iter().filter_map(|a| self.hashes.get(*a)).flatten() {
            let own = all.entry(object).or_default();
            own.extend(hashes.iter().map(String::as_str));
        }
        all
    }

    /// Holds rows against their lines. A line from before hashes were noted tells of the row alone; with
    /// `all` false rows from before such lines were written are let be.
    fn hold(&self, zh: &str, en: &str, actions: &[&str], rows: &Pairs, all: bool) -> Vec<Text> {
        let told = self.of(actions);
        let mut kept: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (object, hash) in rows {
            kept.entry(object).or_default().insert(hash);
        }
        let mut wrong = Vec::new();
        for (object, hashes) in &kept {
            match told.get(object) {
                None if all => wrong.push(Text::new(
                    format!("{zh} {object} 没有审计记录：不是经本系统写入的，或其审计记录被删除"),
                    format!("{en} {object} has no line in the audit: it was not made by this program, or its line was removed"),
                )),
                None => {}
                Some(lines) => {
                    let known = |hash: &&str| hash.is_empty() || lines.contains(hash) || lines.contains(&"");
                    let there = |hash: &&str| hash.is_empty() || hashes.contains(hash) || hashes.contains("");
                    if !hashes.iter().all(known) || !lines.iter().all(there) {
                        wrong.push(Text::new(
                            format!("{zh} {object} 与审计记录的哈希不符：被改动"),
                            format!("{en} {object} does not have the hash of the audit: it was altered"),
                        ));
                    }
                }
            }
        }
        let gone = told.keys().filter(|object| !kept.contains_key(*object));
        wrong.extend(gone.map(|object| {
            Text::new(
                format!("{zh} {object} 有审计记录而不在库中：被删除"),
                format!("{en} {object} stands in the audit and is gone: it was removed"),
            )
        }));
        wrong
    }
}

impl Store {
    /// Checks the database, every original against its hash, and the audit with what it tells of.
    pub(crate) async fn verify(&self) -> Result<Verified> {
        let mut broken = Vec::new();
        if self.engine == Engine::Sqlite {
            let said: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
                .fetch_one(&self.pool)
                .await?;
            if said != "ok" {
                broken.push(Text::new(
                    "数据库文件已损坏",
                    "the database file is damaged",
                ));
            }
        }
        let (audit, chain, wrong) = self.verify_audit().await?;
        if let Some(at) = chain {
            broken.push(Text::new(
                format!("审计记录从第 {} 条起断裂：被改动或删除", at.seq),
                format!("the audit breaks at line {}: altered or removed", at.seq),
            ));
        }
        broken.extend(wrong);
        let mut originals = 0;
        let hashes: Vec<String> = sqlx::query_scalar("SELECT sha256 FROM original ORDER BY sha256")
            .fetch_all(&self.pool)
            .await?;
        for hash in hashes {
            let content: Vec<u8> = sqlx::query("SELECT content FROM original WHERE sha256 = $1")
                .bind(&hash)
                .fetch_one(&self.pool)
                .await?
                .try_get(0)?;
            if hex(&Sha256::digest(&content)) == hash {
                originals += 1;
            } else {
                broken.push(Text::new(
                    format!("原始文件 {hash} 的内容与其哈希不符"),
                    format!("the content of original {hash} does not have its hash"),
                ));
            }
        }
        Ok(Verified {
            audit,
            originals,
            broken,
        })
    }

    /// Walks the whole chain: how many lines hold, where it breaks, and which objects are not what its
    /// lines say of them. Where the chain breaks its lines say nothing of objects.
    pub(crate) async fn verify_audit(&self) -> Result<(i64, Option<Broken>, Vec<Text>)> {
        let mut told = Told::default();
        let (lines, chain) = self.walk_audit(|line| told.see(line)).await?;
        let mut wrong = self.without_original().await?;
        if chain.is_none() {
            wrong.extend(self.unlike(&told).await?);
        }
        let more = wrong.len().saturating_sub(NAMED);
        wrong.truncate(NAMED);
        if more > 0 {
            wrong.push(Text::new(
                format!("另有 {more} 处不符"),
                format!("and {more} more"),
            ));
        }
        Ok((lines, chain, wrong))
    }

    /// What names an original that is gone.
    async fn without_original(&self) -> Result<Vec<Text>> {
        let mut gone = Vec::new();
        let version = super::version(&self.pool).await?;
        for (_, zh, en, rows) in NAMES.iter().filter(|n| n.0 <= version) {
            let rows = format!(
                "{rows} LEFT JOIN original o ON o.sha256 = r.sha256 WHERE o.sha256 IS NULL ORDER BY 1, 2"
            );
            gone.extend(self.pairs(&rows).await?.into_iter().map(|(id, name)| {
                Text::new(
                    format!("{zh} {id} 的原始文件 {name} 不在库中"),
                    format!("the original {name} of {en} {id} is gone"),
                )
            }));
        }
        Ok(gone)
    }

    /// Rows that are not what the audit says of them.
    async fn unlike(&self, told: &Told) -> Result<Vec<Text>> {
        let mut wrong = Vec::new();
        let version = super::version(&self.pool).await?;
        for kind in KINDS.iter().filter(|k| k.since <= version) {
            let rows = self.held(kind, told).await?;
            wrong.extend(told.hold(kind.zh, kind.en, kind.actions, &rows, true));
        }
        for (since, zh, en, action, owners, files) in LISTS {
            if *since <= version {
                let lists = self.lists(told, action, owners, files).await?;
                wrong.extend(told.hold(zh, en, &[action], &lists, false));
            }
        }
        if version >= 9 {
            let all = self.task_changes().await?.into_iter();
            let rows = all.map(|task| {
                let older = hex(&Sha256::digest(
                    serde_json::to_string(&task).unwrap_or_default(),
                ));
                let hash = told.newer(&["task.change"], &task.id, task.changed_hash(), older);
                (task.id, hash)
            });
            let rows = rows.collect();
            let (zh, en) = ("填报任务的改期或撤回", "change of filing task");
            wrong.extend(told.hold(zh, en, &["task.change"], &rows, true));
        }
        if version >= 10 {
            let all = self.snapshot_changes().await?.into_iter();
            let rows = all.map(|c| (c.snapshot_id.clone(), c.hash())).collect();
            let actions = ["snapshot.change"];
            wrong.extend(told.hold(
                "数据集的改名或移除",
                "change of data set",
                &actions,
                &rows,
                true,
            ));
        }
        if version >= 5 {
            let all = self.all_publications().await?;
            let rows = all.into_iter().map(|p| (p.id.clone(), p.hash())).collect();
            wrong.extend(told.hold("公示", "publication", &["publication.add"], &rows, true));
        }
        if version >= 3 {
            let tasks = self.all_tasks().await?.into_iter();
            let rows = tasks.map(|task| {
                let older = hex(&Sha256::digest(&task.form));
                let hash = told.newer(&["task.add"], &task.id, task.hash(), older);
                (task.id, hash)
            });
            let rows = rows.collect();
            wrong.extend(told.hold("填报任务", "filing task", &["task.add"], &rows, true));
            wrong.extend(self.altered_forms(told).await?);
            wrong.extend(self.altered_corrections().await?);
        }
        if let Some(tree) = &told.tree
            && *tree != tree_hash(&mut *self.pool.acquire().await?).await?
        {
            wrong.push(Text::new(
                "组织机构树或设置与审计记录不符：被改动",
                "the tree of organisations or the settings are not those of the audit: altered",
            ));
        }
        // Before there were identity numbers an account had other columns.
        if version >= 6 {
            wrong.extend(self.altered_accounts(told).await?);
        }
        Ok(wrong)
    }

    /// The rows of a kind, each with the hash that its line has where nothing was altered.
    async fn held(&self, kind: &Kind, told: &Told) -> Result<Pairs> {
        let rows = sqlx::query(kind.rows).fetch_all(&self.pool).await?;
        let mut held = Pairs::new();
        for row in &rows {
            let (id, hash): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let columns = 1..row.columns().len();
            let parts: Vec<String> = columns.map(|n| row.try_get(n)).collect::<Result<_>>()?;
            let whole = hash_of(parts.iter().map(String::as_str));
            let hash = told.newer(kind.actions, &id, whole, hash);
            held.push((id, hash));
        }
        Ok(held)
    }

    /// Rows of two texts.
    async fn pairs(&self, statement: &str) -> Result<Pairs> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// The title and the files of each owner as a hash of them.
    async fn lists(&self, told: &Told, action: &str, owners: &str, files: &str) -> Result<Pairs> {
        let owners = self.pairs(owners).await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(files.to_owned()))
            .fetch_all(&self.pool)
            .await?;
        let mut all: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for row in &rows {
            let files = all.entry(row.try_get(0)?).or_default();
            files.insert(row.try_get(1)?, row.try_get(2)?);
        }
        let hashed = owners.into_iter().map(|(id, title)| {
            let files = all.remove(&id).unwrap_or_default();
            let (hash, older) = (list_hash(&title, &files), list_hash("", &files));
            let hash = told.newer(&[action], &id, hash, older);
            (id, hash)
        });
        Ok(hashed.collect())
    }

    /// Accounts whose roles, password or whatever else is not what their last line tells.
    async fn altered_accounts(&self, told: &Told) -> Result<Vec<Text>> {
        let mut wrong = Vec::new();
        let accounts = self.accounts().await?;
        let mut connection = self.pool.acquire().await?;
        for account in accounts {
            let known = told.accounts.get(&account.id);
            let known = known.or_else(|| told.accounts.get(&account.login));
            let Some(known) = known.filter(|hash| !hash.is_empty()) else {
                continue;
            };
            if *known != account_hash(&mut connection, &account.id).await? {
                wrong.push(Text::new(
                    format!(
                        "账号 {} 的角色、密码或其他内容与审计记录不符：被改动",
                        account.login
                    ),
                    format!(
                        "the roles, password or else of account {} are not those of the audit: altered",
                        account.login
                    ),
                ));
            }
        }
        Ok(wrong)
    }
}

/// What the audit keeps of the files of a snapshot or a job: its title, if any, and the names of the files,
/// each with its hash.
pub(crate) fn list_hash(title: &str, files: &BTreeMap<String, String>) -> String {
    let files = files.iter().flat_map(|(name, hash)| [name.as_str(), hash]);
    hash_of(
        Some(title)
            .filter(|t| !t.is_empty())
            .into_iter()
            .chain(files),
    )
}
