//! Filing: a task goes to schools, forms are filled by several hands, reviewed, accepted and become
//! the county's data.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::world::{MINUTE, START, Who, World, ask, multipart, pass, request};
use crate::server::api::orgs;

super::scenarios!(
    a_task_becomes_a_county,
    what_a_school_explained_the_county_need_not,
    a_workbook_goes_out_and_comes_back,
    an_explanation_is_of_its_figures,
    a_figure_is_asked_once,
    who_has_not_filed_is_seen_and_reminded,
    what_does_not_fit_is_refused,
);

/// A county with an open task, and people of two schools of different townships.
pub(super) struct Filing {
    pub(super) world: World,
    pub(super) county: Who,
    pub(super) task: String,
    /// Forms by school code.
    pub(super) forms: BTreeMap<String, Value>,
}

pub(super) const YEAR: &str = "2099-2100";

pub(super) async fn open(world: World, form: &str) -> Filing {
    let county = world.person("bureau", &["county"]).await;
    let snapshot = world.county(&county).await;
    let new = json!({
        "title": "年度填报", "form": form, "school_year": YEAR, "as_of": "2099-09-01",
        "deadline": START + 60 * MINUTE, "snapshot": snapshot,
    });
    let reply = world.post(Some(&county), "/api/v1/tasks", &new).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let task = reply.json()["id"].as_str().unwrap().to_owned();
    let rows = world
        .get(Some(&county), &format!("/api/v1/tasks/{task}"))
        .await
        .json();
    let forms = rows["rows"].as_array().unwrap().iter().map(|row| {
        (
            row["filing"]["code"].as_str().unwrap().to_owned(),
            row["filing"].clone(),
        )
    });
    Filing {
        forms: forms.collect(),
        world,
        county,
        task,
    }
}

impl Filing {
    /// A person of the nth school, and the address of its form.
    pub(super) async fn school(&self, n: usize, login: &str) -> (Who, String) {
        let (code, form) = self.forms.iter().nth(n).unwrap();
        let org = orgs::id(&self.world.org, "school", code);
        let who = self.world.person_of(login, &["school"], &org).await;
        (
            who,
            format!("/api/v1/filings/{}", form["id"].as_str().unwrap()),
        )
    }

    pub(super) async fn township(&self, n: usize) -> Who {
        let (_, form) = self.forms.iter().nth(n).unwrap();
        let name = form["township"].as_str().unwrap();
        let org = orgs::id(&self.world.org, "township", name);
        self.world
            .person_of(&format!("town{n}"), &["township"], &org)
            .await
    }

    pub(super) async fn get(&self, who: &Who, path: &str) -> Value {
        let reply = self.world.get(Some(who), path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.json()
    }

    /// Values over a version of the form; the answer.
    pub(super) async fn save(&self, who: &Who, form: &str, base: i64, values: Value) -> Value {
        let body = json!({ "base": base, "values": values });
        let reply = self
            .world
            .post(Some(who), &format!("{form}/values"), &body)
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    pub(super) async fn step(
        &self,
        who: &Who,
        form: &str,
        step: &str,
        reason: &str,
    ) -> (u16, Value) {
        let version = self.get(who, form).await["filing"]["version"].clone();
        let body = json!({ "version": version, "reason": reason });
        let reply = self
            .world
            .post(Some(who), &format!("{form}/{step}"), &body)
            .await;
        (reply.status, reply.json())
    }

    /// Last year's figures again, and every doubt explained.
    pub(super) async fn fill(&self, who: &Who, form: &str) {
        let paper = self.get(who, form).await;
        let mut values = serde_json::Map::new();
        for row in paper["parts"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|p| p["rows"].as_array().unwrap())
        {
            values.insert(row["key"].as_str().unwrap().to_owned(), row["last"].clone());
        }
        let base = paper["filing"]["version"].as_i64().unwrap();
        let saved = self.save(who, form, base, Value::Object(values)).await;
        let mut why = serde_json::Map::new();
        for doubt in saved["doubts"].as_array().unwrap() {
            assert_ne!(doubt["severity"], "error", "{doubt}");
            if doubt["open"] == true {
                why.insert(
                    doubt["explanation"].as_str().unwrap().to_owned(),
                    json!("已核实"),
                );
            }
        }
        let saved = self
            .save(
                who,
                form,
                saved["version"].as_i64().unwrap(),
                Value::Object(why),
            )
            .await;
        assert!(
            saved["doubts"]
                .as_array()
                .unwrap()
                .iter()
                .all(|d| d["open"] == false),
            "{saved}"
        );
    }
}

async fn a_task_becomes_a_county(world: World) {
    let filing = open(world, "school").await;
    let (school, form) = filing.school(0, "one").await;
    let paper = filing.get(&school, &form).await;
    assert_eq!(paper["filing"]["state"], "draft");
    assert_eq!(paper["may"], json!(["submit", "save"]));
    let row = &paper["parts"][1]["rows"][0];
    let key = row["key"].as_str().unwrap().to_owned();
    assert!(
        key.ends_with(".students") && !row["last"].as_str().unwrap().is_empty(),
        "{row}"
    );
    // A blank form is not handed in.
    assert_eq!(filing.step(&school, &form, "submit", "").await.0, 409);
    filing.fill(&school, &form).await;
    // A figure that cannot be is found while it is typed, and stands in the way.
    let version = filing.get(&school, &form).await["filing"]["version"]
        .as_i64()
        .unwrap();
    let saved = filing
        .save(&school, &form, version, json!({ (key.clone()): "12.5.7" }))
        .await;
    let doubt = saved["doubts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|d| d["key"] == json!(key))
        .unwrap()
        .clone();
    assert_eq!(doubt["severity"], "error", "{doubt}");
    assert_eq!(filing.step(&school, &form, "submit", "").await.0, 409);
    let figure: f64 = row["last"].as_str().unwrap().parse().unwrap();
    let new = (figure + 1.0).to_string();
    let saved = filing
        .save(&school, &form, version + 1, json!({ (key.clone()): new }))
        .await;
    let open: Vec<_> = saved["doubts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|d| d["open"] == true)
        .collect();
    let why: serde_json::Map<_, _> = open
        .iter()
        .map(|d| {
            (
                d["explanation"].as_str().unwrap().to_owned(),
                json!("已核实"),
            )
        })
        .collect();
    filing
        .save(&school, &form, version + 2, Value::Object(why))
        .await;
    let (status, told) = filing.step(&school, &form, "submit", "").await;
    assert_eq!(
        (status, &told["filing"]["state"]),
        (200, &json!("submitted")),
        "{told}"
    );
    // Handed in, it is not written any more; given back with a reason, it is.
    let body = json!({ "base": 99, "values": { (key.clone()): "1" } });
    assert_eq!(
        filing
            .world
            .post(Some(&school), &format!("{form}/values"), &body)
            .await
            .status,
        409
    );
    let town = filing.township(0).await;
    assert_eq!(
        filing.step(&town, &form, "return", " ").await.0,
        400,
        "it must say why"
    );
    assert_eq!(
        filing
            .step(&town, &form, "return", "学生数请再核对")
            .await
            .0,
        200
    );
    let told = filing.get(&school, &form).await;
    assert_eq!(told["steps"][1]["reason"], "学生数请再核对");
    assert_eq!(filing.step(&school, &form, "submit", "").await.0, 200);
    assert_eq!(filing.step(&town, &form, "pass", "").await.0, 200);
    assert_eq!(
        filing.step(&town, &form, "accept", "").await.0,
        403,
        "the county's own step"
    );
    assert_eq!(
        filing.step(&filing.county, &form, "accept", "").await.0,
        200
    );
    assert_eq!(
        filing.step(&filing.county, &form, "return", "x").await.0,
        409,
        "it is locked"
    );
    let steps: Vec<Value> = filing.get(&school, &form).await["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["step"].clone())
        .collect();
    assert_eq!(steps, ["submit", "return", "submit", "pass", "accept"]);
    // The county of the accepted forms: the others are asked for, or left blank.
    let path = format!("/api/v1/tasks/{}/snapshot", filing.task);
    assert_eq!(
        filing
            .world
            .post(Some(&filing.county), &path, &json!({}))
            .await
            .status,
        409
    );
    let made = filing
        .world
        .post(Some(&filing.county), &path, &json!({ "partly": true }))
        .await;
    assert_eq!(made.status, 200, "{}", made.text());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let told = filing
        .get(&filing.county, &format!("/api/v1/snapshots/{id}/evaluate"))
        .await;
    assert_eq!(told["county"]["school_year"], YEAR);
    let students: Vec<Option<f64>> = told["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["students"].as_f64())
        .collect();
    assert!(students.contains(&Some(figure + 1.0)), "{students:?}");
    assert!(
        students.iter().filter(|s| s.is_none()).count() > 3,
        "not filed is missing: {students:?}"
    );
}

async fn what_a_school_explained_the_county_need_not(world: World) {
    let filing = open(world, "school").await;
    let (school, form) = filing.school(1, "one").await;
    filing.fill(&school, &form).await;
    let paper = filing.get(&school, &form).await;
    let parts = paper["parts"].as_array().unwrap().iter();
    let mut rows = parts.flat_map(|p| p["rows"].as_array().unwrap());
    let books = rows.find(|r| r["key"].as_str().unwrap().ends_with(".books"));
    let books = books.unwrap()["key"].as_str().unwrap();
    let version = paper["filing"]["version"].as_i64().unwrap();
    let saved = filing
        .save(&school, &form, version, json!({ (books): "1" }))
        .await;
    let doubts = saved["doubts"].as_array().unwrap().iter();
    let why: serde_json::Map<_, _> = doubts
        .filter(|d| d["open"] == true)
        .map(|d| {
            (
                d["explanation"].as_str().unwrap().to_owned(),
                json!("新校待配"),
            )
        })
        .collect();
    assert!(!why.is_empty());
    filing
        .save(&school, &form, version + 1, Value::Object(why))
        .await;
    for (who, step) in [(&school, "submit"), (&filing.county, "accept")] {
        assert_eq!(filing.step(who, &form, step, "").await.0, 200);
    }
    let path = format!("/api/v1/tasks/{}/snapshot", filing.task);
    let made = filing
        .world
        .post(Some(&filing.county), &path, &json!({ "partly": true }))
        .await;
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/snapshots/{id}/findings");
    let told = filing.get(&filing.county, &path).await;
    let mut found = told["findings"].as_array().unwrap().iter();
    let few = found.find(|f| f["code"] == "ratio_implausible" && f["row"].is_number());
    assert_eq!(few.unwrap()["explanation"]["reason"], "新校待配", "{told}");
}

async fn a_workbook_goes_out_and_comes_back(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    filing.fill(&school, &form).await;
    let before = filing.get(&school, &form).await;
    let out = filing
        .world
        .get(Some(&school), &format!("{form}/workbook"))
        .await;
    assert!(out.status == 200 && out.bytes.starts_with(b"PK"));
    let send = async |name: &str, bytes: &[u8]| {
        let (body, kind) = multipart(&[(name, bytes)]);
        let asked = request(
            Some(&school),
            "POST",
            &format!("{form}/workbook"),
            body,
            &kind,
        );
        ask(&filing.world.router, asked).await
    };
    // As it came out, it changes nothing.
    let same = send("表.xlsx", &out.bytes).await;
    assert_eq!(
        (same.status, &same.json()["version"]),
        (200, &before["filing"]["version"]),
        "{}",
        same.text()
    );
    let key = before["parts"][0]["rows"][0]["key"].as_str().unwrap();
    let own = before["filing"]["id"].as_str().unwrap();
    let version = before["filing"]["version"].as_i64().unwrap();
    let sheet = |own: &str| {
        format!(
            "a,b,c,d,e,本年,g,说明,key {own}@{version}\n,,,,,431,,,{key}\n,,,,,1,,,sections.primary.none\n"
        )
    };
    let edited = sheet(own);
    let taken = send("表.csv", edited.as_bytes()).await;
    assert_eq!(taken.status, 200, "{}", taken.text());
    assert_eq!(
        filing.get(&school, &form).await["parts"][0]["rows"][0]["value"],
        "431"
    );
    // What was typed since the sheet was made is told, not written over; a blank cell takes nothing away.
    let other = before["parts"][0]["rows"][1]["key"].as_str().unwrap();
    let typed = json!({ (key): "432", (other): "9" });
    filing.save(&school, &form, version + 1, typed).await;
    let late = send("表.csv", edited.as_bytes()).await.json();
    assert_eq!(
        late["conflicts"][0]["theirs"], "432",
        "{}",
        late["conflicts"]
    );
    let rows = filing.get(&school, &form).await["parts"][0]["rows"].clone();
    assert_eq!(
        (&rows[0]["value"], &rows[1]["value"]),
        (&json!("432"), &json!("9"))
    );
    let lines = filing.world.lines().await;
    let stranger = sheet(&"0".repeat(own.len()));
    for bad in [
        stranger.as_bytes(),
        &b"x"[..],
        b"PK\x03\x04",
        b"",
        &out.bytes[..out.bytes.len() / 2],
    ] {
        assert_eq!(send("表.xlsx", bad).await.status, 400);
    }
    // Which of two figures is meant nobody knows; the same one twice is meant once.
    let line = edited.lines().nth(1).unwrap();
    let twice = |line: &str| format!("{edited}{line}\n");
    let said = send("表.csv", twice(&line.replace("431", "433")).as_bytes()).await;
    assert_eq!(said.status, 400);
    assert!(
        said.text().contains("填了两个数：431 和 433"),
        "{}",
        said.text()
    );
    assert_eq!(send("表.csv", twice(line).as_bytes()).await.status, 200);
    assert_eq!(filing.world.lines().await, lines, "nothing was written");
}

/// A figure that changes after it was explained is explained anew; as it was, it still is.
async fn an_explanation_is_of_its_figures(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    filing.fill(&school, &form).await;
    let row = filing.get(&school, &form).await["parts"][0]["rows"][0].clone();
    let key = row["key"].as_str().unwrap();
    let last: f64 = row["last"].as_str().unwrap().parse().unwrap();
    let keep = async |values: Value| {
        let version = filing.get(&school, &form).await["filing"]["version"].clone();
        let saved = filing
            .save(&school, &form, version.as_i64().unwrap(), values)
            .await;
        let doubts = saved["doubts"].as_array().unwrap().iter();
        let mut jumps = doubts.filter(|d| d["key"] == key && d["code"] == "year_jump");
        jumps.next().unwrap().clone()
    };
    let times =
        async |factor: f64| keep(json!({ (key): (last * factor).round().to_string() })).await;
    let doubt = times(4.0).await;
    assert_eq!(doubt["open"], true, "{doubt}");
    let place = doubt["explanation"].as_str().unwrap();
    assert_eq!(keep(json!({ (place): "并入一校" })).await["open"], false);
    let other = times(5.0).await;
    assert_eq!(other["open"], true, "{other}");
    assert_ne!(other["explanation"], doubt["explanation"]);
    assert_eq!(times(4.0).await["open"], false);
}

async fn a_figure_is_asked_once(world: World) {
    let filing = open(world, "students").await;
    let snapshots = filing.get(&filing.county, "/api/v1/snapshots").await;
    let snapshot = &snapshots["snapshots"][0]["id"];
    let again = |year: &str| {
        json!({
            "title": "又一张表", "form": "school", "school_year": year, "as_of": format!("{}-09-01", &year[..4]),
            "deadline": START + 60 * MINUTE, "snapshot": snapshot,
        })
    };
    let twice = filing
        .world
        .post(Some(&filing.county), "/api/v1/tasks", &again(YEAR))
        .await;
    assert_eq!(twice.status, 409);
    assert!(twice.text().contains("在校生数"), "{}", twice.text());
    let other = filing
        .world
        .post(Some(&filing.county), "/api/v1/tasks", &again("2100-2101"))
        .await;
    assert_eq!(other.status, 200, "another year's figures are others");
    let mut long = again("2102-2103");
    long["school_year"] = json!("2102-2109");
    let long = filing
        .world
        .post(Some(&filing.county), "/api/v1/tasks", &long)
        .await;
    assert_eq!(long.status, 400, "a school year is two years in a row");
}

async fn who_has_not_filed_is_seen_and_reminded(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    filing.fill(&school, &form).await;
    filing.step(&school, &form, "submit", "").await;
    let path = format!("/api/v1/tasks/{}/remind", filing.task);
    let told = filing
        .world
        .post(Some(&filing.county), &path, &json!({}))
        .await
        .json();
    assert_eq!(told["reminded"], filing.forms.len() - 1);
    let (other, _) = filing.school(1, "late").await;
    let tasks = filing.get(&other, "/api/v1/tasks").await;
    assert_eq!(tasks["tasks"][0]["reminded_at"], START);
    pass(61 * MINUTE);
    let late = filing.world.session("late").await;
    let county = filing.world.session("bureau").await;
    let rows = filing
        .get(&county, &format!("/api/v1/tasks/{}", filing.task))
        .await;
    let late_rows: Vec<bool> = rows["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["late"] == true)
        .collect();
    assert_eq!(
        late_rows.iter().filter(|l| **l).count(),
        filing.forms.len() - 1
    );
    let row = rows["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["contacts"][0]["name"] == "late")
        .unwrap();
    assert_eq!(
        row["filing"]["asked"], row["asked_this_year"],
        "the burden of one form"
    );
    assert!(row["filing"]["asked"].as_i64().unwrap() >= 3);
    assert_eq!(
        filing.get(&late, "/api/v1/tasks").await["tasks"][0]["schools"],
        1
    );
}

async fn what_does_not_fit_is_refused(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    let lines = filing.world.lines().await;
    let long = "长".repeat(501);
    for values in [
        json!({ "sections.primary.nothing": "1" }),
        json!({ "schools.name": "x" }),
        json!({ "?blank/sections.primary.nothing": "x" }),
        json!({ "": "x" }),
        json!({ "sections.primary.students": long, "sections.junior.students": long }),
        json!({ "sections.primary.students'; DROP TABLE filing; --": "1" }),
    ] {
        let body = json!({ "base": 0, "values": values });
        let reply = filing
            .world
            .post(Some(&school), &format!("{form}/values"), &body)
            .await;
        assert_eq!(reply.status, 400, "{body}");
    }
    for body in [
        json!({}),
        json!([]),
        json!({ "base": "x", "values": {} }),
        json!({ "base": 0, "values": { "a": 1 } }),
    ] {
        let reply = filing
            .world
            .post(Some(&school), &format!("{form}/values"), &body)
            .await;
        assert!(
            (400..500).contains(&reply.status),
            "{body}: {}",
            reply.status
        );
    }
    assert_eq!(filing.world.lines().await, lines);
    for (field, value) in [
        ("school_year", json!("later")),
        ("as_of", json!("2099-13-40")),
        ("deadline", json!(1)),
        ("form", json!("none")),
        ("schools", json!(["0"])),
        ("title", json!(" ")),
    ] {
        let mut new = json!({
            "title": "表", "form": "school", "school_year": "2100-2101", "as_of": "2100-09-01",
            "deadline": START + 60 * MINUTE, "snapshot": filing.get(&filing.county, "/api/v1/snapshots").await["snapshots"][0]["id"],
        });
        new[field] = value;
        let reply = filing
            .world
            .post(Some(&filing.county), "/api/v1/tasks", &new)
            .await;
        assert_eq!(reply.status, 400, "{field}");
    }
}
