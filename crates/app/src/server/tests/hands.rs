//! Forms in several hands: two people at one form, reviewers, townships, all schools at once.

use junheng_core::model::{Field, Sheet, TableId};
use junheng_intake::bundle::read_bundle;
use serde_json::{Value, json};

use super::filing::open;
use super::world::World;

super::scenarios!(
    two_people_write_one_form,
    statement_12_nobody_approves_their_own_form,
    a_correction_leaves_both_values,
    statement_8_a_school_gets_no_byte_of_another,
    what_no_form_asks_is_told_before_data_are_made,
);

async fn two_people_write_one_form(world: World) {
    let filing = open(world, "students").await;
    let (one, form) = filing.school(0, "one").await;
    let (two, _) = filing.school(0, "two").await;
    let paper = filing.get(&one, &form).await;
    let key = |n: usize| {
        paper["parts"][0]["rows"][n]["key"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (first, second) = (key(0), key(1));
    let mine = filing
        .save(&one, &form, 0, json!({ (first.clone()): "410" }))
        .await;
    assert_eq!(
        (&mine["version"], &mine["conflicts"]),
        (&json!(1), &json!([]))
    );
    // Another figure over the same old version: both stand, and each hears of the other's.
    let theirs = filing
        .save(&two, &form, 0, json!({ (second.clone()): "9" }))
        .await;
    assert_eq!(
        (&theirs["version"], &theirs["conflicts"]),
        (&json!(2), &json!([]))
    );
    assert_eq!(
        theirs["theirs"],
        json!([{ "key": first, "value": "410", "by": "one" }])
    );
    // The same figure: nothing is overwritten, both values are told.
    let both = filing
        .save(&two, &form, 0, json!({ (first.clone()): "420" }))
        .await;
    assert_eq!(
        both["conflicts"],
        json!([{ "key": first, "yours": "420", "theirs": "410", "by": "one" }])
    );
    let stands = async || filing.get(&one, &form).await["parts"][0]["rows"][0]["value"].clone();
    assert_eq!(stands().await, "410");
    // Who has seen it may decide.
    let decided = filing
        .save(&two, &form, 2, json!({ (first.clone()): "420" }))
        .await;
    assert_eq!(decided["conflicts"], json!([]));
    assert_eq!(stands().await, "420");
    // A step is taken over what its taker has seen.
    let body = json!({ "version": 1 });
    assert_eq!(
        filing
            .world
            .post(Some(&one), &format!("{form}/submit"), &body)
            .await
            .status,
        409
    );
}

async fn statement_12_nobody_approves_their_own_form(world: World) {
    let filing = open(world, "students").await;
    let both = filing.world.person("both", &["county", "school"]).await;
    let (_, form) = filing.school(0, "one").await;
    filing.fill(&both, &form).await;
    assert_eq!(filing.step(&both, &form, "submit", "").await.0, 200);
    assert_eq!(filing.step(&both, &form, "accept", "").await.0, 403);
    let last = filing
        .world
        .app
        .store
        .audit(0, 10_000)
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!(
        (last.action.as_str(), last.result.as_str()),
        ("filing.accept", "refused")
    );
    assert_eq!(
        filing.step(&filing.county, &form, "accept", "").await.0,
        200
    );
}

async fn a_correction_leaves_both_values(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    filing.fill(&school, &form).await;
    let correct = async |reason: &str, values: Value| {
        let version = filing.get(&school, &form).await["filing"]["version"].clone();
        let body = json!({ "version": version, "reason": reason, "values": values });
        filing
            .world
            .post(Some(&filing.county), &format!("{form}/correct"), &body)
            .await
            .status
    };
    let row = filing.get(&school, &form).await["parts"][0]["rows"][0].clone();
    let key = row["key"].as_str().unwrap();
    assert_eq!(
        correct("早了", json!({ key: "1" })).await,
        409,
        "not locked yet"
    );
    filing.step(&school, &form, "submit", "").await;
    filing.step(&filing.county, &form, "accept", "").await;
    assert_eq!(
        correct("", json!({ key: "1" })).await,
        400,
        "it must say why"
    );
    assert_eq!(
        correct("x", json!({ "sections.primary.nothing": "1" })).await,
        400
    );
    assert_eq!(correct("学籍核对有误", json!({ key: "777" })).await, 200);
    let told = filing.get(&school, &form).await;
    assert_eq!(told["filing"]["state"], "accepted");
    assert_eq!(told["parts"][0]["rows"][0]["value"], "777");
    let kept = json!([{ "seq": 3, "key": key, "old_value": row["value"], "new_value": "777" }]);
    assert_eq!(told["corrections"], kept);
    assert_eq!(told["steps"][2]["reason"], "学籍核对有误");
}

async fn statement_8_a_school_gets_no_byte_of_another(world: World) {
    let filing = open(world, "school").await;
    let (school, own) = filing.school(0, "one").await;
    let town = filing.township(0).await;
    let mine = filing.forms.keys().next().unwrap();
    let township = &filing.forms[mine]["township"];
    for (code, form) in &filing.forms {
        let path = format!("/api/v1/filings/{}", form["id"].as_str().unwrap());
        let reply = filing.world.get(Some(&school), &path).await;
        assert_eq!(reply.status, if code == mine { 200 } else { 404 }, "{code}");
        let reply = filing.world.get(Some(&town), &path).await;
        assert_eq!(
            reply.status,
            if form["township"] == *township {
                200
            } else {
                404
            },
            "{code}"
        );
        if code != mine {
            for step in ["values", "submit", "workbook"] {
                let body = json!({ "version": 0, "base": 0, "values": {} });
                let reply = filing
                    .world
                    .post(Some(&school), &format!("{path}/{step}"), &body)
                    .await;
                assert!(
                    matches!(reply.status, 400 | 404),
                    "{step}: {}",
                    reply.status
                );
                assert!(!reply.text().contains(code.as_str()));
            }
        }
    }
    let others: Vec<&str> = filing
        .forms
        .iter()
        .filter(|(c, _)| *c != mine)
        .flat_map(|(c, f)| [c.as_str(), f["name"].as_str().unwrap()])
        .collect();
    for path in [
        "/api/v1/tasks",
        "/api/v1/state",
        "/api/v1/forms",
        &own,
        &format!("{own}/workbook"),
    ] {
        let said = filing.world.get(Some(&school), path).await.text();
        for other in &others {
            assert!(!said.contains(other), "{path} tells of {other}");
        }
    }
}

async fn what_no_form_asks_is_told_before_data_are_made(world: World) {
    let filing = open(world, "students").await;
    let path = format!("/api/v1/tasks/{}", filing.task);
    let kept = filing.get(&filing.county, &path).await["kept"].clone();
    let of = |table: &str| {
        let all = kept.as_array().unwrap().iter();
        all.filter(|l| l["table"] == table)
            .map(|l| l["fields"].as_array().unwrap().clone())
            .next()
    };
    assert_eq!(of("专用教室").map(|f| f.len()), Some(0), "{kept}");
    assert_eq!(of("教师").map(|f| f.len()), Some(0), "{kept}");
    let sections = of("学段 (小学)").unwrap();
    let title = |field: Field| json!(field.about().zh);
    assert!(sections.contains(&title(Field::Books)), "{kept}");
    for asked in [Field::Students, Field::SectionClasses, Field::SectionSchool] {
        assert!(!sections.contains(&title(asked)), "{kept}");
    }
    // A list of classes goes, since the form asks for the largest; names and places are of no year.
    assert_eq!((of("班级"), of("县情")), (None, None), "{kept}");
    let schools = of("学校").unwrap_or_default();
    assert!(!schools.contains(&title(Field::SchoolName)), "{kept}");
    // And so it is in the data.
    let before =
        filing.get(&filing.county, "/api/v1/snapshots").await["snapshots"][0]["id"].clone();
    let made = format!("{path}/snapshot");
    let made = filing
        .world
        .post(Some(&filing.county), &made, &json!({ "partly": true }))
        .await;
    assert_eq!(made.status, 200, "{}", made.text());
    let after = made.json()["id"].clone();
    let sheets = async |id: &Value| {
        let files = filing.world.app.store.files(id.as_str().unwrap()).await;
        let read = read_bundle(&files.unwrap(), &TableId::ALL);
        read.snapshot.sheets()
    };
    let (before, after) = (sheets(&before).await, sheets(&after).await);
    let rows = |all: &[Sheet], table| {
        let sheet = all.iter().find(|s| s.table == table);
        sheet.map_or_else(Vec::new, |s| s.rows.clone())
    };
    for (table, same) in [
        (TableId::Rooms, true),
        (TableId::Teachers, true),
        (TableId::Sections, false),
    ] {
        let (was, is) = (rows(&before, table), rows(&after, table));
        assert!(!was.is_empty() && was.len() == is.len(), "{table:?}");
        assert_eq!(was == is, same, "{table:?}");
    }
    assert!(rows(&after, TableId::Classes).is_empty());
    // Townships make no data.
    let township = filing.township(0).await;
    assert_eq!(filing.get(&township, &path).await["kept"], json!([]));
}
