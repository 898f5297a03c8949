//! What somebody does to the database behind the program's back is named by `verify`; what they do through
//! it leaves hashes of before and after.

use serde_json::json;

use super::filing::open;
use super::world::{MINUTE, START, World, ask, request};
use crate::store::FILE;

super::scenarios!(
    statement_24_what_is_not_as_the_audit_says_is_named,
    statement_23_changes_have_both_hashes,
);

/// A statement that the database's own rules would refuse.
async fn forge(world: &World, statement: &str) {
    let (off, on) = if world.folder.0.join(FILE).exists() {
        ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
    } else {
        (
            "SET session_replication_role = replica",
            "SET session_replication_role = origin",
        )
    };
    let whole = format!("{off}; {statement}; {on}");
    world.app.store.tamper(&whole).await.unwrap();
}

async fn statement_24_what_is_not_as_the_audit_says_is_named(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    filing.fill(&school, &form).await;
    for (who, step) in [(&school, "submit"), (&filing.county, "accept")] {
        assert_eq!(filing.step(who, &form, step, "").await.0, 200);
    }
    let locked = filing.get(&filing.county, &form).await;
    let row = &locked["parts"][0]["rows"][0];
    let (key, value) = (row["key"].as_str().unwrap(), row["value"].as_str().unwrap());
    let more = value.parse::<i64>().unwrap() + 1;
    let body = json!({
        "version": locked["filing"]["version"], "reason": "清点", "values": { (key): more.to_string() },
    });
    let world = &filing.world;
    let path = format!("{form}/correct");
    let said = world.post(Some(&filing.county), &path, &body).await;
    assert_eq!(said.status, 200, "{}", said.text());
    let snapshot = world.app.store.snapshots("county").await.unwrap()[0]
        .id
        .clone();
    let path = format!("/api/v1/snapshots/{snapshot}/accept");
    world.post(Some(&filing.county), &path, &json!({})).await;
    let public = json!({ "kind": "county", "snapshot": snapshot, "note": "公开" });
    let public = world
        .post(Some(&filing.county), "/api/v1/publications", &public)
        .await;
    let public = public.json()["id"].as_str().unwrap().to_owned();
    let path = "/api/v1/settings";
    let set = json!({ "contact": "电话" });
    let set = world.post(Some(&filing.county), path, &set).await;
    assert_eq!(set.status, 200, "{}", set.text());
    let path = format!("/api/v1/tasks/{}/change", filing.task);
    let later = json!({ "deadline": START + 90 * MINUTE, "reason": "暴雨" });
    let moved = world.post(Some(&filing.county), &path, &later).await;
    assert_eq!(moved.status, 200, "{}", moved.text());
    let edge = "edge-7f";
    let part = |name: &str, value: &str| {
        format!("--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"{value}\r\n")
    };
    let body = [
        part("item", "\r\n\r\nG1"),
        part("title", "\r\n\r\n批复"),
        part("file", "; filename=\"a.pdf\"\r\n\r\n%PDF-1.7"),
        format!("--{edge}--\r\n"),
    ]
    .concat();
    let kind = format!("multipart/form-data; boundary={edge}");
    let path = format!("/api/v1/snapshots/{snapshot}/evidence");
    let body = body.into_bytes();
    let sent = request(Some(&filing.county), "POST", &path, body, &kind);
    let evidence = ask(&world.router, sent).await;
    assert_eq!(evidence.status, 200, "{}", evidence.text());
    let evidence = evidence.json()["id"].as_str().unwrap().to_owned();
    let safe = world.person("safe", &["security"]).await;
    world.enrol().await;
    let name = json!({ "name": "王芳" });
    let said = world
        .post(Some(&safe), "/api/v1/accounts/id-one", &name)
        .await;
    assert_eq!(said.status, 200, "{}", said.text());

    let broken = async || {
        let verified = world.app.store.verify().await.unwrap();
        let all = verified
            .broken
            .into_iter()
            .map(|t| format!("{} {}\n", t.zh, t.en));
        all.collect::<String>()
    };
    assert_eq!(broken().await, "");
    let id = form.rsplit('/').next().unwrap();
    let sections = "(SELECT sha256 FROM snapshot_file WHERE name = 'sections.csv')";
    for (table, statement, object, word) in [
        (
            "original",
            format!("DELETE FROM original WHERE sha256 IN {sections}"),
            snapshot.as_str(),
            "sections.csv 不在库中",
        ),
        (
            "snapshot_file",
            format!("UPDATE snapshot_file SET sha256 = {sections} WHERE name = 'schools.csv'"),
            &snapshot,
            "文件清单",
        ),
        (
            "snapshot_file",
            "DELETE FROM snapshot_file".to_owned(),
            &snapshot,
            "文件清单",
        ),
        (
            "snapshot",
            "UPDATE snapshot SET digest = '00'".to_owned(),
            &snapshot,
            "与审计记录的哈希不符",
        ),
        (
            "snapshot",
            "DELETE FROM snapshot".to_owned(),
            &snapshot,
            "有审计记录而不在库中",
        ),
        (
            "acceptance",
            "DELETE FROM acceptance".to_owned(),
            &snapshot,
            "数据集的采用",
        ),
        (
            "filing_value",
            format!(
                "UPDATE filing_value SET value = '99999' WHERE filing_id = '{id}' AND key NOT LIKE '?%'"
            ),
            id,
            "锁定后被改动",
        ),
        (
            "filing_step",
            "UPDATE filing_step SET step = 'return' WHERE step = 'accept'".to_owned(),
            id,
            "步骤与审计记录不符",
        ),
        (
            "filing_step",
            "DELETE FROM filing_step WHERE step = 'accept'".to_owned(),
            id,
            "步骤与审计记录不符",
        ),
        (
            "filing_step",
            "DELETE FROM filing_step".to_owned(),
            id,
            "步骤与审计记录不符",
        ),
        (
            "filing",
            format!("UPDATE filing SET state = 'draft' WHERE id = '{id}'"),
            id,
            "状态不是最后一步留下的",
        ),
        (
            "filing_correction",
            "UPDATE filing_correction SET old_value = '1'".to_owned(),
            id,
            "更正前后的数值不符",
        ),
        (
            "filing_correction",
            "DELETE FROM filing_correction".to_owned(),
            id,
            "更正前后的数值不符",
        ),
        (
            "account_role",
            "INSERT INTO account_role VALUES ('id-one', 'county')".to_owned(),
            "one",
            "角色、密码或其他内容与审计记录不符",
        ),
        (
            "account",
            "UPDATE account SET password = 'x' WHERE id = 'id-one'".to_owned(),
            "one",
            "角色、密码或其他内容与审计记录不符",
        ),
        (
            "account",
            "INSERT INTO account SELECT 'ghost', 'ghost', name, org_id, password, must_change, \
             disabled, created_at, phone, identity FROM account WHERE id = 'id-one'"
                .to_owned(),
            "ghost",
            "没有审计记录",
        ),
        (
            "account",
            "DELETE FROM account WHERE id = 'id-one'".to_owned(),
            "id-one",
            "有审计记录而不在库中",
        ),
        (
            "evidence",
            format!(
                "UPDATE evidence SET sha256 = (SELECT MIN(sha256) FROM original) WHERE id = '{evidence}'"
            ),
            &evidence,
            "与审计记录的哈希不符",
        ),
        (
            "publication",
            "UPDATE publication SET note = 'x'".to_owned(),
            &public,
            "与审计记录的哈希不符",
        ),
        (
            "evaluation",
            "DELETE FROM evaluation".to_owned(),
            &snapshot,
            "评价结果",
        ),
        (
            "filing_step",
            "UPDATE filing_step SET reason = '漏报' WHERE step = 'correct'".to_owned(),
            id,
            "步骤与审计记录不符",
        ),
        (
            "snapshot",
            "UPDATE snapshot SET title = '示例县 2025'".to_owned(),
            &snapshot,
            "名称和文件清单",
        ),
        (
            "evidence",
            "UPDATE evidence SET title = '另一份'".to_owned(),
            &evidence,
            "与审计记录的哈希不符",
        ),
        (
            "task",
            "UPDATE task SET title = '另一项'".to_owned(),
            &filing.task,
            "填报任务",
        ),
        (
            "task_change",
            "UPDATE task_change SET reason = '另议'".to_owned(),
            &filing.task,
            "填报任务的改期或撤回",
        ),
        (
            "task_change",
            "DELETE FROM task_change".to_owned(),
            &filing.task,
            "填报任务的改期或撤回",
        ),
        (
            "org",
            "UPDATE org SET name = '别校' WHERE kind = 'school'".to_owned(),
            "tree",
            "组织机构树或设置",
        ),
        (
            "org_setting",
            "UPDATE org_setting SET value = '1'".to_owned(),
            "settings",
            "组织机构树或设置",
        ),
        (
            "org_setting",
            "DELETE FROM org_setting".to_owned(),
            "settings",
            "组织机构树或设置",
        ),
        (
            "task",
            "DELETE FROM task".to_owned(),
            &filing.task,
            "填报任务",
        ),
    ] {
        forge(
            world,
            &format!("CREATE TABLE kept AS SELECT * FROM {table}"),
        )
        .await;
        forge(world, &statement).await;
        let said = broken().await;
        assert!(
            said.contains(object) && said.contains(word),
            "{statement}: {said}"
        );
        let back =
            format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept");
        forge(world, &back).await;
        assert_eq!(broken().await, "", "{statement}");
    }
    // The newest lines taken away with the note of the end: what they told of has no line any more. The
    // auditor's page says it too.
    let cut = "(SELECT MIN(seq) FROM audit WHERE action = 'snapshot.accept')";
    let kept = "CREATE TABLE kept AS SELECT * FROM audit; CREATE TABLE kept_end AS SELECT * FROM audit_end";
    forge(world, kept).await;
    forge(
        world,
        &format!(
            "UPDATE audit_end SET seq = {cut} - 1, hash = (SELECT hash FROM audit WHERE seq = {cut} - 1); \
             DELETE FROM audit WHERE seq >= {cut}"
        ),
    )
    .await;
    assert!(
        broken()
            .await
            .contains(&format!("数据集的采用 {snapshot} 没有审计记录"))
    );
    let auditor = world.person("audit", &["auditor"]).await;
    let told = world
        .get(Some(&auditor), "/api/v1/audit/verify")
        .await
        .json();
    assert_eq!(told["broken_at"], json!(null));
    assert!(told["wrong"].to_string().contains(&snapshot), "{told}");
    // And all of it.
    forge(world, "DELETE FROM audit; DELETE FROM audit_end").await;
    assert!(broken().await.contains("第 1 条"));
    let told = world
        .get(Some(&auditor), "/api/v1/audit/verify")
        .await
        .json();
    assert_eq!(told["broken_at"], 1);
}

async fn statement_23_changes_have_both_hashes(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    filing.fill(&school, &form).await;
    let world = &filing.world;
    let safe = world.person("safe", &["security"]).await;
    let change = async |body| {
        let path = "/api/v1/accounts/id-one";
        assert_eq!(world.post(Some(&safe), path, &body).await.status, 200);
    };
    change(json!({ "disabled": true })).await;
    change(json!({ "disabled": false })).await;
    for contact in ["电话一", "电话二"] {
        let body = json!({ "contact": contact });
        let path = "/api/v1/settings";
        let set = world.post(Some(&filing.county), path, &body).await;
        assert_eq!(set.status, 200, "{}", set.text());
    }
    let lines = world.app.store.audit(0, 10_000).await.unwrap();
    let of = |action: &str| {
        let own = lines.iter().filter(|l| l.action == action);
        own.map(|l| (l.old_hash.clone(), l.new_hash.clone()))
            .collect::<Vec<_>>()
    };
    for action in ["account.change", "setting.set", "filing.save"] {
        let pairs = of(action);
        assert!(!pairs.is_empty(), "{action}");
        for (old, new) in &pairs {
            assert!(old.len() == 64 && new.len() == 64 && old != new, "{action}");
        }
        // What came after one is what was before the next.
        assert!(pairs.windows(2).all(|two| two[0].1 == two[1].0), "{action}");
    }
    let accounts = of("account.change");
    assert_eq!(accounts[0].0, accounts[1].1, "as it was before");
}
