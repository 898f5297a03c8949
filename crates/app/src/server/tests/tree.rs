//! One site for a city and its counties: each works alone, the city sees them side by side.

use serde_json::{Value, json};

use super::world::{MINUTE, PASSWORD, START, Who, World, accept};

super::scenarios!(
    a_city_makes_its_counties_and_sees_them_side_by_side,
    what_a_county_makes_public_is_its_own,
    an_evaluation_is_kept_as_it_was_made,
    a_countys_site_becomes_its_citys,
    a_county_chooses_its_standard,
    a_school_is_closed_and_a_mistaken_one_removed,
);

/// A city over the world's county, with its security administrator.
pub(super) async fn city(world: &World) -> Who {
    world
        .app
        .store
        .tamper("INSERT INTO org (id, kind, code, name) VALUES ('city', 'city', '999900', '合成示例市')")
        .await
        .unwrap();
    world
        .app
        .store
        .tamper("UPDATE org SET parent_id = 'city' WHERE id = 'county'")
        .await
        .unwrap();
    world.person_of("safe", &["security"], "city").await
}

/// A second county, with its administrator.
pub(super) async fn neighbour(world: &World, safe: &Who) -> Who {
    let new = json!({ "kind": "county", "code": "999998", "name": "合成邻县" });
    let made = world.post(Some(safe), "/api/v1/orgs", &new).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let new = json!({
        "login": "next", "name": "王强", "roles": ["county"], "password": PASSWORD, "org_id": id,
    });
    let made = world.post(Some(safe), "/api/v1/accounts", &new).await;
    assert_eq!(made.status, 200, "{}", made.text());
    world.person_of("neighbour", &["county"], &id).await
}

async fn a_city_makes_its_counties_and_sees_them_side_by_side(world: World) {
    let safe = city(&world).await;
    let neighbour = neighbour(&world, &safe).await;
    for (new, status) in [
        (
            json!({ "kind": "county", "code": "999998", "name": "又一个" }),
            409,
        ),
        (json!({ "kind": "county", "code": "99", "name": "短" }), 400),
        (
            json!({ "kind": "city", "code": "999800", "name": "市下无市" }),
            400,
        ),
        (
            json!({ "kind": "school", "code": "999800", "name": "学校" }),
            400,
        ),
        (
            json!({ "kind": "county", "code": "999997", "name": "县下无县", "parent_id": "county" }),
            400,
        ),
        (
            json!({ "kind": "county", "code": "999997", "name": "别处", "parent_id": "nowhere" }),
            404,
        ),
    ] {
        let said = world.post(Some(&safe), "/api/v1/orgs", &new).await;
        assert_eq!(said.status, status, "{new}: {}", said.text());
    }
    // What belongs to the whole site is not given to one of its counties.
    for role in ["system", "auditor"] {
        let new = json!({
            "login": "low", "name": "赵敏", "roles": [role], "password": PASSWORD, "org_id": "county",
        });
        let said = world.post(Some(&safe), "/api/v1/accounts", &new).await;
        assert_eq!(said.status, 400, "{role}");
    }
    let own = world.person("own", &["county"]).await;
    let snapshot = world.county(&own).await;
    let accept = format!("/api/v1/snapshots/{snapshot}/accept");
    assert_eq!(
        world.post(Some(&own), &accept, &json!({})).await.status,
        200
    );
    let reader = world.person_of("reader", &["city"], "city").await;
    let told = world.get(Some(&reader), "/api/v1/counties").await.json();
    let rows = told["counties"].as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["合成邻县", "合成示例县"]);
    assert_eq!(rows[0]["summary"], Value::Null, "nothing accepted yet");
    let verdict = world
        .get(
            Some(&reader),
            &format!("/api/v1/snapshots/{snapshot}/evaluate"),
        )
        .await
        .json();
    assert_eq!(rows[1]["summary"]["verdict"], verdict["verdict"]);
    assert_eq!(rows[1]["above"], "合成示例市");
    let scope = verdict["sections"].as_array().unwrap().iter();
    let scope = scope.filter(|s| s["in_scope"] == true).count();
    assert_eq!(rows[1]["summary"]["sections"]["of"], scope);
    // A county sees itself alone.
    let told = world.get(Some(&neighbour), "/api/v1/counties").await.json();
    assert_eq!(told["counties"].as_array().unwrap().len(), 1);
    assert!(!told.to_string().contains("合成示例县"));
    let known = world
        .get(Some(&neighbour), "/api/v1/snapshots")
        .await
        .json();
    assert_eq!(known["snapshots"], json!([]));
    // The tree goes down to the sections of each school.
    let orgs = world.get(Some(&safe), "/api/v1/orgs").await.json();
    let orgs = orgs["orgs"].as_array().unwrap();
    let of = |kind: &str| orgs.iter().filter(|o| o["kind"] == kind).count();
    assert_eq!((of("city"), of("county")), (1, 2));
    assert!(of("section") >= of("school") && of("school") > 0 && of("township") > 0);
}

async fn what_a_county_makes_public_is_its_own(world: World) {
    let safe = city(&world).await;
    let next = neighbour(&world, &safe).await;
    let own = world.person("own", &["county"]).await;
    let mut publications = Vec::new();
    for (who, contact) in [(&own, "000-1"), (&next, "000-2")] {
        let snapshot = world.county(who).await;
        accept(&world, who, &snapshot).await;
        let new = json!({ "kind": "county", "snapshot": snapshot });
        let made = world.post(Some(who), "/api/v1/publications", &new).await;
        assert_eq!(made.status, 200, "{}", made.text());
        publications.push(made.json()["id"].as_str().unwrap().to_owned());
        let set = json!({ "contact": contact });
        assert_eq!(
            world.post(Some(who), "/api/v1/settings", &set).await.status,
            200
        );
        if publications.len() == 1 {
            // The only county that has something to show needs no choice.
            let page = world.get(None, "/public").await.text();
            assert!(
                page.contains("000-1") && !page.contains("county="),
                "{page}"
            );
        }
    }
    let page = world.get(None, "/public").await.text();
    assert!(
        page.contains("请选择县(区)") && page.contains("/public?county=999998"),
        "{page}"
    );
    assert!(!page.contains("000-1") && !page.contains("000-2"));
    let page = world.get(None, "/public?county=999998").await.text();
    assert!(page.contains("000-2") && page.contains("合成邻县") && !page.contains("000-1"));
    assert!(
        page.contains("/public/schools?county=999998"),
        "links stay in the county"
    );
    // Neither list nor step nor setting reaches the other county.
    let list = world.get(Some(&next), "/api/v1/publications").await.json();
    assert_eq!(list["publications"].as_array().unwrap().len(), 1);
    let withdraw = json!({ "id": publications[0] });
    let said = world
        .post(Some(&next), "/api/v1/publications/withdraw", &withdraw)
        .await;
    assert_eq!(said.status, 400);
    let set = world.get(Some(&own), "/api/v1/settings").await.json();
    assert_eq!(set["settings"]["contact"], "000-1");
}

async fn an_evaluation_is_kept_as_it_was_made(mut world: World) {
    let owner = world.person("owner", &["county"]).await;
    let snapshot = world.county(&owner).await;
    let path = format!("/api/v1/snapshots/{snapshot}/evaluate");
    let first = world.get(Some(&owner), &path).await.bytes;
    let other = world
        .get(Some(&owner), &format!("{path}?standard=cn-2012-3"))
        .await
        .bytes;
    assert_ne!(first, other);
    let list = format!("/api/v1/snapshots/{snapshot}/evaluations");
    let rows = world.get(Some(&owner), &list).await.json()["evaluations"].clone();
    let rows = rows.as_array().unwrap();
    // Both languages at the import, and what was asked for.
    assert_eq!(rows.len(), 3, "{rows:?}");
    let kept = |bytes: &[u8]| {
        let hash = crate::server::secret::sha256(bytes);
        rows.iter().find(|r| r["sha256"] == *hash).cloned()
    };
    assert!(kept(&first).is_some());
    assert_eq!(kept(&other).unwrap()["options"], "--standard=cn-2012-3");
    // What is only tried is not kept; what is kept is read again, not made again.
    world
        .get(Some(&owner), &format!("{path}?set=retention=B"))
        .await;
    world.restart().await;
    assert_eq!(world.get(Some(&owner), &path).await.bytes, first);
    let again = world.get(Some(&owner), &list).await.json();
    assert_eq!(again["evaluations"].as_array().unwrap().len(), 3);
    let audit = world.app.store.audit(0, 100).await.unwrap();
    let made = audit
        .iter()
        .filter(|l| l.action == "evaluation.add")
        .count();
    assert_eq!(made, 3);
    world.enrol().await;
    assert!(world.app.store.verify().await.unwrap().broken.is_empty());
    let hash = rows[0]["sha256"].as_str().unwrap();
    let gone = format!(
        "UPDATE original SET content = (SELECT content FROM original WHERE sha256 <> '{hash}' \
         ORDER BY sha256 LIMIT 1) WHERE sha256 = '{hash}'"
    );
    world.app.store.tamper(&gone).await.unwrap();
    assert!(
        !world.app.store.verify().await.unwrap().broken.is_empty(),
        "an altered evaluation is found"
    );
}

async fn a_countys_site_becomes_its_citys(world: World) {
    let county = world.person("county", &["county"]).await;
    let snapshot = world.county(&county).await;
    let safe = world.person("safe", &["security"]).await;
    world.person("audit", &["auditor"]).await;
    world.person("mixed", &["system", "county"]).await;
    let city = json!({ "kind": "city", "code": "999900", "name": "合成示例市" });
    let rise =
        async |who: &Who, new: &Value| world.post(Some(who), "/api/v1/orgs/above", new).await;
    // Who works for the county as well cannot go up with it.
    let said = rise(&safe, &city).await;
    assert_eq!(said.status, 409, "{}", said.text());
    assert!(said.text().contains("mixed"));
    let change = json!({ "roles": ["county"] });
    world
        .post(Some(&safe), "/api/v1/accounts/id-mixed", &change)
        .await;
    for bad in [
        json!({ "kind": "county", "code": "999900", "name": "同级" }),
        json!({ "kind": "school", "code": "999900", "name": "学校" }),
        json!({ "kind": "city", "code": "9", "name": "短" }),
        json!({ "kind": "city", "code": "999900", "name": "" }),
    ] {
        assert_eq!(rise(&safe, &bad).await.status, 400, "{bad}");
    }
    let made = rise(&safe, &city).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let line = world.app.store.audit(0, 100).await.unwrap().pop().unwrap();
    assert_eq!(
        (line.action.as_str(), line.object.as_str()),
        ("org.rise", made.json()["id"].as_str().unwrap())
    );
    // The county works on as before, with its own data and nobody else's.
    let path = format!("/api/v1/snapshots/{snapshot}/evaluate");
    assert_eq!(world.get(Some(&county), &path).await.status, 200);
    // Its security administrator, now the city's, adds another county and reads both trees.
    let next = neighbour(&world, &safe).await;
    assert_eq!(world.get(Some(&next), &path).await.status, 404);
    let orgs = world.get(Some(&safe), "/api/v1/orgs").await.json();
    let of = |kind: &str| {
        orgs["orgs"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|o| o["kind"] == kind)
            .count()
    };
    assert_eq!((of("city"), of("county")), (1, 2));
    let people = world.get(Some(&safe), "/api/v1/accounts").await.json();
    let at = |login: &str| {
        let all = people["accounts"].as_array().unwrap().iter();
        all.clone().find(|a| a["login"] == login).unwrap()["org"].clone()
    };
    assert_eq!(
        (at("audit"), at("mixed")),
        (json!("合成示例市"), json!("合成示例县"))
    );
    // A province above the city; nothing above a province.
    let province = json!({ "kind": "province", "code": "990000", "name": "合成示例省" });
    assert_eq!(rise(&safe, &province).await.status, 200);
    assert_eq!(rise(&safe, &city).await.status, 400);
    let low = world.person("low", &["security"]).await;
    assert_eq!(
        rise(&low, &city).await.status,
        400,
        "a county's own does not put anything above it"
    );
}

async fn a_county_chooses_its_standard(world: World) {
    let owner = world.person("owner", &["county"]).await;
    let snapshot = world.county(&owner).await;
    let set = async |given: &Value| world.post(Some(&owner), "/api/v1/settings", given).await;
    world
        .post(
            Some(&owner),
            &format!("/api/v1/snapshots/{snapshot}/accept"),
            &json!({}),
        )
        .await;
    let public = json!({ "kind": "county", "snapshot": snapshot });
    world
        .post(Some(&owner), "/api/v1/publications", &public)
        .await;
    let listed = async || {
        world.get(Some(&owner), "/api/v1/snapshots").await.json()["chosen"]["county"].clone()
    };
    let summary = async || {
        world.get(Some(&owner), "/api/v1/counties").await.json()["counties"][0]["summary"]["standard"].clone()
    };
    let by = |standard: Option<&str>, choices: &[&str]| json!({ "standard": standard, "overlays": [], "choices": choices });
    assert_eq!(listed().await, by(None, &[]));
    assert_eq!(summary().await, "cn-2017-6");
    for bad in [
        json!({ "standard": "../standards" }),
        json!({ "overlays": "cn-2017-6,nothing" }),
        // One that is not laid over this standard.
        json!({ "standard": "cn-2012-3", "overlays": "cn-2017-6" }),
    ] {
        let said = set(&bad).await;
        assert_eq!(said.status, 400, "{bad} {}", said.text());
    }
    let before = world.get(None, "/public").await.text();
    assert_eq!(set(&json!({ "standard": "cn-2012-3" })).await.status, 200);
    assert_eq!(listed().await, by(Some("cn-2012-3"), &[]));
    // A parameter that the standard leaves open.
    assert_eq!(
        set(&json!({ "choices": "compare=round9" })).await.status,
        400
    );
    assert_eq!(
        set(&json!({ "choices": "compare=round2" })).await.status,
        200
    );
    assert_eq!(listed().await, by(Some("cn-2012-3"), &["compare=round2"]));
    let rounded = world.get(None, "/public").await.text();
    assert!(rounded.contains("四舍五入到两位小数后比较"), "{rounded}");
    assert_eq!(set(&json!({ "choices": "" })).await.status, 200);
    // Those above it, and everybody, see it judged by what it chose; who asks for another gets that.
    assert_eq!(summary().await, "cn-2012-3");
    assert_ne!(world.get(None, "/public").await.text(), before);
    let path = format!("/api/v1/snapshots/{snapshot}/evaluate?standard=cn-2017-6");
    assert_eq!(
        world.get(Some(&owner), &path).await.json()["standard"]["id"],
        "cn-2017-6"
    );
    assert_eq!(set(&json!({ "standard": "" })).await.status, 200);
    assert_eq!(world.get(None, "/public").await.text(), before);
    let lines = world.app.store.audit(0, 100).await.unwrap();
    assert_eq!(
        lines.iter().filter(|l| l.action == "setting.set").count(),
        4
    );
    // Two data sets are compared by any standard too, and by nothing that is none.
    let compare = format!("/api/v1/compare/{snapshot}/{snapshot}");
    let by = world
        .get(Some(&owner), &format!("{compare}?standard=cn-2012-3"))
        .await;
    assert_eq!(by.json()["standard"], "cn-2012-3");
    assert_eq!(
        world
            .get(Some(&owner), &format!("{compare}?out=x"))
            .await
            .status,
        400
    );
}

async fn a_school_is_closed_and_a_mistaken_one_removed(world: World) {
    let owner = world.person("owner", &["county"]).await;
    let safe = world.person("safe", &["security"]).await;
    let snapshot = world.county(&owner).await;
    accept(&world, &owner, &snapshot).await;
    let listed = async || world.get(Some(&safe), "/api/v1/orgs").await.json();
    let schools = |told: &Value| -> Vec<(String, String)> {
        let all = told["orgs"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|o| o["kind"] == "school");
        all.map(|o| {
            ["id", "code"]
                .map(|k| o[k].as_str().unwrap().to_owned())
                .into()
        })
        .collect()
    };
    let (id, code) = schools(&listed().await)[0].clone();
    let end = async |who: &Who, id: &str, body: Value| {
        world
            .post(Some(who), &format!("/api/v1/orgs/{id}/end"), &body)
            .await
    };
    // What stands in the data in force is closed, and not removed.
    let said = end(&safe, &id, json!({ "remove": true })).await;
    assert_eq!(said.status, 409, "{}", said.text());
    for bad in [
        json!({}),
        json!({ "closed_on": "soon" }),
        json!({ "closed_on": "2026-08-31", "remove": true }),
    ] {
        assert_eq!(end(&safe, &id, bad).await.status, 400);
    }
    assert_eq!(
        end(&safe, "county", json!({ "closed_on": "2026-08-31" }))
            .await
            .status,
        400
    );
    assert_eq!(
        end(&owner, &id, json!({ "closed_on": "2026-08-31" }))
            .await
            .status,
        403
    );
    assert_eq!(
        end(&safe, &id, json!({ "closed_on": "2026-01-31" }))
            .await
            .status,
        200
    );
    assert_eq!(listed().await["closed"], json!({ &id: "2026-01-31" }));
    // It gets no more people and no more forms; the others do.
    let new = json!({ "login": "late", "name": "王强", "roles": ["school"], "password": PASSWORD, "org_id": id });
    let said = world.post(Some(&safe), "/api/v1/accounts", &new).await;
    assert_eq!(said.status, 409, "{}", said.text());
    let task = |as_of: &str, of: &[&str]| {
        json!({
            "title": "表", "form": "school", "school_year": "2025-2026", "as_of": as_of,
            "deadline": START + MINUTE, "snapshot": snapshot, "schools": of,
        })
    };
    let said = world
        .post(Some(&owner), "/api/v1/tasks", &task("2026-03-01", &[&code]))
        .await;
    assert!(
        said.status == 400 && said.text().contains("停办"),
        "{}",
        said.text()
    );
    let all = schools(&listed().await).len();
    let said = world
        .post(Some(&owner), "/api/v1/tasks", &task("2026-03-01", &[]))
        .await
        .json();
    assert_eq!(said["schools"], all - 1);
    // Opened again.
    assert_eq!(
        end(&safe, &id, json!({ "closed_on": "" })).await.status,
        200
    );
    assert_eq!(listed().await["closed"], json!({}));
    assert_eq!(
        world
            .post(Some(&safe), "/api/v1/accounts", &new)
            .await
            .status,
        200
    );
    // One that came with data that others replaced, and that nothing belongs to.
    let mistaken = crate::store::Org {
        id: "mistaken".to_owned(),
        parent_id: Some(world.org.clone()),
        kind: "school".to_owned(),
        code: "0000000000".to_owned(),
        name: "误建学校".to_owned(),
    };
    let section = crate::store::Org {
        id: "part".to_owned(),
        parent_id: Some("mistaken".to_owned()),
        kind: "section".to_owned(),
        ..mistaken.clone()
    };
    let mut change = world.app.store.change().await.unwrap();
    change.add_org(&mistaken).await.unwrap();
    change.add_org(&section).await.unwrap();
    change.commit().await.unwrap();
    world.person_of("mistaken", &["school"], "mistaken").await;
    assert_eq!(
        end(&safe, "mistaken", json!({ "remove": true }))
            .await
            .status,
        409
    );
    let moved = json!({ "org_id": id });
    assert_eq!(
        world
            .post(Some(&safe), "/api/v1/accounts/id-mistaken", &moved)
            .await
            .status,
        200
    );
    assert_eq!(
        end(&safe, "part", json!({ "remove": true })).await.status,
        400
    );
    assert_eq!(
        end(&safe, "mistaken", json!({ "remove": true }))
            .await
            .status,
        200
    );
    assert_eq!(
        end(&safe, "mistaken", json!({ "remove": true }))
            .await
            .status,
        404
    );
    let left = listed().await;
    assert!(!left.to_string().contains("0000000000"));
    let lines = world.app.store.audit(0, 1000).await.unwrap();
    let ends: Vec<&str> = lines
        .iter()
        .map(|l| l.action.as_str())
        .filter(|a| a.starts_with("org."))
        .collect();
    assert_eq!(ends, ["org.close", "org.open", "org.remove"]);
}
