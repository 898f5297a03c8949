//! What filing asks and takes: blanks, corrections, tasks that change, the county's own facts.

use serde_json::{Value, json};

use super::filing::{YEAR, open};
use super::world::{MINUTE, START, World};

super::scenarios!(
    a_word_for_nothing_is_a_blank,
    a_correction_obeys_the_form,
    a_correction_answers_what_it_opens,
    a_task_is_moved_and_withdrawn,
    a_new_year_begins_without_the_county_s_facts,
    an_answer_closes_questions_and_their_figures,
);

async fn a_word_for_nothing_is_a_blank(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    let paper = filing.get(&school, &form).await;
    let key = paper["parts"][0]["rows"][0]["key"].as_str().unwrap();
    for (n, word) in ["-", "无", "N/A", "NaN", "不详", "12"]
        .into_iter()
        .enumerate()
    {
        let base = i64::try_from(n).unwrap();
        let saved = filing
            .save(&school, &form, base, json!({ (key): word }))
            .await;
        let doubts = saved["doubts"].as_array().unwrap();
        let blank = doubts
            .iter()
            .any(|d| d["key"] == key && d["code"] == "blank");
        assert_eq!(blank, word != "12", "{word}: {doubts:?}");
    }
}

async fn a_correction_obeys_the_form(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    filing.fill(&school, &form).await;
    for (who, step) in [(&school, "submit"), (&filing.county, "accept")] {
        assert_eq!(filing.step(who, &form, step, "").await.0, 200);
    }
    let key = "sections.primary.students";
    let correct = async |value: &str| {
        let version = filing.get(&filing.county, &form).await["filing"]["version"].clone();
        let body = json!({ "version": version, "reason": "核实", "values": { (key): value } });
        let path = format!("{form}/correct");
        filing.world.post(Some(&filing.county), &path, &body).await
    };
    let wrong = correct("abc").await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("没有改动"), "{}", wrong.text());
    let paper = filing.get(&filing.county, &form).await;
    assert_eq!(paper["corrections"], json!([]));
    let right = correct("321").await;
    assert_eq!(right.status, 200, "{}", right.text());
    assert_eq!(right.json()["corrections"][0]["new_value"], "321");
}

async fn a_correction_answers_what_it_opens(world: World) {
    let filing = open(world, "school").await;
    // A school of which nobody boards is not asked how many do.
    let (mut school, mut form) = filing.school(0, "s0").await;
    let mut paper = filing.get(&school, &form).await;
    for n in 1.. {
        if row(&paper, ".boarding").is_some_and(|r| r["last"] == "0") {
            break;
        }
        (school, form) = filing.school(n, &format!("s{n}")).await;
        paper = filing.get(&school, &form).await;
    }
    filing.fill(&school, &form).await;
    for (who, step) in [(&school, "submit"), (&filing.county, "accept")] {
        assert_eq!(filing.step(who, &form, step, "").await.0, 200);
    }
    let before = filing.get(&school, &form).await;
    assert!(row(&before, ".boarders").is_none());
    let key = row(&before, ".students").unwrap()["key"].as_str().unwrap();
    let boarders = key.replace("students", "boarders");
    let correct = async |values: Value| {
        let version = filing.get(&school, &form).await["filing"]["version"].clone();
        let body = json!({ "version": version, "reason": "核实", "values": values });
        let path = format!("{form}/correct");
        filing.world.post(Some(&filing.county), &path, &body).await
    };
    // What it has no place for is refused, and with it all the rest.
    let unknown = json!({ "schools.boarding": "1", "sections.primary.nothing": "1" });
    let refused = correct(unknown).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("nothing"), "{}", refused.text());
    assert_eq!(filing.get(&school, &form).await, before);
    let told = correct(json!({ "schools.boarding": "1", (boarders.as_str()): "5" })).await;
    assert_eq!(told.status, 200, "{}", told.text());
    let told = told.json();
    assert_eq!(told["corrections"].as_array().unwrap().len(), 2);
    assert_eq!(row(&told, ".boarders").unwrap()["value"], "5");
    let asked = |paper: &Value| paper["filing"]["asked"].as_i64().unwrap();
    assert!(asked(&told) > asked(&before));
}

/// The first question of a form whose key ends so.
fn row<'a>(paper: &'a Value, key: &str) -> Option<&'a Value> {
    let parts = paper["parts"].as_array()?.iter();
    parts
        .flat_map(|p| p["rows"].as_array().into_iter().flatten())
        .find(|r| r["key"].as_str().is_some_and(|k| k.ends_with(key)))
}

async fn a_task_is_moved_and_withdrawn(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    let task = format!("/api/v1/tasks/{}", filing.task);
    let change = async |body: Value| {
        let path = format!("{task}/change");
        filing
            .world
            .post(Some(&filing.county), &path, &body)
            .await
            .status
    };
    let later = START + 90 * MINUTE;
    for bad in [
        json!({ "deadline": later, "reason": " " }),
        json!({ "deadline": 1, "reason": "晚了" }),
        json!({ "reason": "什么也不改" }),
    ] {
        assert_eq!(change(bad.clone()).await, 400, "{bad}");
    }
    assert_eq!(
        change(json!({ "deadline": later, "reason": "学校停电" })).await,
        200
    );
    let told = filing.get(&school, "/api/v1/tasks").await;
    assert_eq!(told["tasks"][0]["task"]["deadline"], later);
    assert_eq!(
        change(json!({ "close": true, "reason": "学年写错" })).await,
        200
    );
    // What was filed can be read; nothing is written, and the figures may be asked anew.
    let paper = filing.get(&school, &form).await;
    assert_eq!(
        (&paper["may"], &paper["task"]["reason"]),
        (&json!([]), &json!("学年写错"))
    );
    let save = json!({ "base": 0, "values": {} });
    let path = format!("{form}/values");
    assert_eq!(
        filing.world.post(Some(&school), &path, &save).await.status,
        409
    );
    assert_eq!(filing.step(&school, &form, "submit", "").await.0, 409);
    for then in ["remind", "snapshot"] {
        let path = format!("{task}/{then}");
        let body = json!({ "partly": true });
        let reply = filing.world.post(Some(&filing.county), &path, &body).await;
        assert_eq!(reply.status, 409, "{then}");
    }
    assert_eq!(
        change(json!({ "deadline": later, "reason": "重开" })).await,
        409
    );
    let again = json!({
        "title": "重新布置", "form": "students", "school_year": YEAR, "as_of": "2099-09-01",
        "deadline": later, "snapshot": paper["task"]["base_snapshot"],
    });
    let again = filing
        .world
        .post(Some(&filing.county), "/api/v1/tasks", &again)
        .await;
    assert_eq!(again.status, 200, "{}", again.text());
}

async fn a_new_year_begins_without_the_county_s_facts(world: World) {
    let filing = open(world, "students").await;
    let county = &filing.county;
    let task = format!("/api/v1/tasks/{}", filing.task);
    let facts = filing.get(county, &task).await["facts"].clone();
    let all = facts.as_array().unwrap();
    let fact = |key: &str| all.iter().find(|f| f["key"] == key);
    let veto = fact("veto_safety_accident").unwrap();
    assert_eq!(
        (&veto["last"], &veto["choices"][0]),
        (&json!("no"), &json!(["yes", "是"]))
    );
    assert!(fact("name").is_none(), "the name lasts");
    let make = async |facts: Value| {
        let body = json!({ "partly": true, "county": facts });
        let path = format!("{task}/snapshot");
        let made = filing.world.post(Some(county), &path, &body).await;
        assert_eq!(made.status, 200, "{}", made.text());
        made.json()
    };
    let blank = make(json!({})).await;
    assert!(
        blank["title"].as_str().unwrap().ends_with(" 0/8"),
        "{}",
        blank["title"]
    );
    assert_eq!(
        make(json!({})).await["id"],
        blank["id"],
        "the same forms, the same data"
    );
    let given = make(json!({ "veto_safety_accident": "yes", "name": "别的县" })).await;
    let file = async |made: &Value| {
        let id = made["id"].as_str().unwrap();
        let path = format!("/api/v1/snapshots/{id}/files/county.csv");
        filing.world.get(Some(county), &path).await.text()
    };
    let (blank, given) = (file(&blank).await, file(&given).await);
    assert!(!blank.contains("veto_") && blank.contains(YEAR), "{blank}");
    assert!(given.contains("veto_safety_accident,yes"), "{given}");
    assert!(!given.contains("别的县"), "{given}");
}

async fn an_answer_closes_questions_and_their_figures(world: World) {
    let filing = open(world, "students").await;
    let (school, paper) = filing.school(0, "one").await;
    filing.fill(&school, &paper).await;
    let path = format!("/api/v1/tasks/{}/snapshot", filing.task);
    let body = json!({ "partly": true });
    let reply = filing.world.post(Some(&filing.county), &path, &body).await;
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    let file = async |name: &str| {
        let path = format!("/api/v1/snapshots/{id}/files/{name}.csv");
        filing.world.get(Some(&filing.county), &path).await.text()
    };
    let column = |text: &str, name: &str| -> Vec<String> {
        let mut rows = text.lines().map(|l| l.split(',').collect::<Vec<_>>());
        let at = rows
            .next()
            .unwrap()
            .iter()
            .position(|h| *h == name)
            .unwrap();
        rows.map(|row| row[at].to_owned()).collect()
    };
    // Who says that nobody boards has no boarders, not those of last year.
    let schools = file("schools").await;
    let boards = column(&schools, "school_id")
        .into_iter()
        .zip(column(&schools, "boarding"));
    let boards: Vec<String> = boards.filter(|b| b.1 == "1").map(|b| b.0).collect();
    let sections = file("sections").await;
    let boarders = column(&sections, "boarders").into_iter();
    for (school, boarders) in column(&sections, "school_id").into_iter().zip(boarders) {
        assert!(
            boarders.is_empty() || boards.contains(&school),
            "{school}: {boarders}"
        );
    }
}
