//! Roads of OpenStreetMap and areas of GeoJSON.

use junheng_core::geo::{Point, metres};
use junheng_core::model::{Field as F, TableId};
use junheng_intake::bundle::read_bundle;
use junheng_intake::files::InputFile;
use junheng_intake::osm::{self, Trouble, roads};
use junheng_intake::shapes;

const SMALL: &[u8] = include_bytes!("../../../../fuzz/seeds/osm/small.osm.pbf");
const UNPACKED: &[u8] = include_bytes!("../../../../fuzz/seeds/osm/unpacked.osm.pbf");
const SHAPES: &[u8] = include_bytes!("../../../../fuzz/seeds/shapes/two.geojson");
const AROUND: osm::Bounds = [119.0, 29.0, 120.0, 30.0];

#[test]
fn roads_that_pupils_may_use() {
    let found = roads(SMALL, Some(AROUND)).unwrap();
    let ends: Vec<(Point, Point)> = found.pieces.iter().map(|p| (p.from, p.to)).collect();
    let (corner, fork, end) = ((119.28, 29.47), (119.29, 29.47), (119.3, 29.47));
    let (up, top) = ((119.29, 29.48), (119.2902, 29.49));
    // The bend 50 m after the corner is no node; motorway, private way and building are no roads;
    // the way that leaves the extract has no piece; the path joined to nothing is a scrap.
    assert_eq!(ends, [(corner, fork), (fork, end), (fork, up), (up, top)]);
    assert_eq!(found.scraps, 1);
    let bend = (119.2805, 29.47);
    let long = metres(corner, bend) + metres(bend, fork);
    assert_eq!(found.pieces[0].metres, long);
    // Packing and the order of blocks say nothing; without bounds the far road counts too.
    assert_eq!(roads(UNPACKED, Some(AROUND)).unwrap(), found);
    assert_eq!(roads(SMALL, None).unwrap().pieces.len(), 5);
}

#[test]
fn a_damaged_map_is_refused() {
    for end in 1..SMALL.len() {
        // Cut between blocks it is a whole file with less in it.
        if let Ok(found) = roads(&SMALL[..end], None) {
            assert!(found.pieces.is_empty(), "{end}");
        }
    }
    assert_eq!(roads(b"", None), Err(Trouble::Damaged));
    assert_eq!(roads(b"<osm/>", None), Err(Trouble::Damaged));
    let mut other = SMALL.to_vec();
    let at = other.windows(9).position(|w| w == b"OSMHeader").unwrap();
    other[at + 3] = b'X';
    // A block of another kind is passed over.
    assert!(roads(&other, None).is_ok());
}

#[test]
fn a_bomb_is_refused() {
    use std::io::Write;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![0; 40 << 20]).unwrap();
    let data = packed.finish().unwrap();
    let field = |tag: u8, bytes: &[u8]| {
        let mut out = vec![tag];
        let mut length = bytes.len();
        while length > 127 {
            out.push((length & 127) as u8 | 128);
            length >>= 7;
        }
        out.push(length as u8);
        out.extend(bytes);
        out
    };
    let blob = field(0x1A, &data);
    let mut size = vec![0x18];
    let mut length = blob.len();
    while length > 127 {
        size.push((length & 127) as u8 | 128);
        length >>= 7;
    }
    size.push(length as u8);
    let header = [field(0x0A, b"OSMData"), size].concat();
    let file = [&(header.len() as u32).to_be_bytes()[..], &header, &blob].concat();
    assert_eq!(roads(&file, None), Err(Trouble::TooLarge));
}

fn file(name: &str, bytes: &[u8]) -> InputFile {
    InputFile {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
    }
}

fn bundle(maps: &[InputFile]) -> Vec<InputFile> {
    let mut files = vec![
        file("county.csv", b"key,value\ncode,330182\nname,a\n"),
        file(
            "schools.csv",
            b"school_id,name,lon,lat,datum\n1,a,119.29,29.47,wgs84\n",
        ),
        file(
            "blocks.csv",
            b"block_id,lon,lat,datum\n7,119.28,29.47,wgs84\nb 2,119.3,29.47,wgs84\n",
        ),
    ];
    files.extend_from_slice(maps);
    files
}

#[test]
fn a_map_is_the_table_roads_and_part_of_the_digest() {
    let tables = [TableId::Schools, TableId::Blocks, TableId::Roads];
    let without = read_bundle(&bundle(&[]), &tables);
    let with = read_bundle(&bundle(&[file("county.osm.pbf", SMALL)]), &tables);
    assert_eq!(with.snapshot.rows(TableId::Roads), 4);
    assert_eq!(with.snapshot.number(F::RoadToLon, 0), Some(119.29));
    assert_ne!(with.digest, without.digest);
    // A command that does not ask for roads does not read them.
    let unasked = read_bundle(&bundle(&[file("county.osm.pbf", b"x")]), &tables[..2]);
    assert!(!unasked.refused && unasked.digest == without.digest);
    let refused = read_bundle(&bundle(&[file("county.osm.pbf", b"x")]), &tables);
    assert!(refused.refused);
    // The table wins.
    let own = file(
        "roads.csv",
        b"from_lon,from_lat,to_lon,to_lat,metres\n119.2,29,119.3,29,10000\n",
    );
    let both = read_bundle(&bundle(&[own, file("county.osm.pbf", b"x")]), &tables);
    assert_eq!(both.snapshot.number(F::RoadMetres, 0), Some(10_000.0));
}

#[test]
fn areas_are_read_by_block() {
    let found = read_bundle(
        &bundle(&[file("blocks.geojson", SHAPES)]),
        &[TableId::Blocks],
    );
    assert_eq!(found.findings, vec![]);
    let areas = &found.snapshot.shapes.blocks;
    let seven = &areas["7"];
    assert_eq!((seven.len(), seven[0].len(), seven[0][0].len()), (1, 2, 3));
    // GCJ-02 by its property.
    let moved = metres(seven[0][0][0], (119.1, 29.1));
    assert!((100.0..1000.0).contains(&moved), "{moved}");
    assert_eq!(areas["b2"].len(), 2);
    assert_eq!(areas["b2"][1][0][0], (122.0, 30.0));

    let outline = br#"{"type":"Feature","properties":null,"geometry":{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}}"#;
    let found = read_bundle(
        &bundle(&[file("boundary.geojson", outline)]),
        &[TableId::Blocks],
    );
    assert_eq!(
        found.snapshot.shapes.boundary,
        Some(vec![vec![vec![(1.0, 1.0), (2.0, 1.0), (2.0, 2.0)]]])
    );
    for bad in [
        "",
        "[]",
        "{\"type\":\"FeatureCollection\"}",
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[1,\"x\"]]]}}",
    ] {
        assert_eq!(
            shapes::read(bad.as_bytes()),
            Err(shapes::Trouble::Damaged),
            "{bad}"
        );
    }
}
