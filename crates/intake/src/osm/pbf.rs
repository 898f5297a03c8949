//! The file format of OpenStreetMap: packed blocks of nodes and ways.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::Trouble;
use super::wire::{Damaged, Value, fields, packed, signed, take};

/// Limits of the format itself: a header of a block, and its unpacked content.
const HEADER_MAX: usize = 64 << 10;
const BLOCK_MAX: u64 = 32 << 20;
/// Unpacked bytes per byte of the file above which it is no honest map.
const RATIO_MAX: u64 = 30;
/// Unpacked bytes that a file of any size may have.
const UNPACKED_FREE: u64 = 64 << 20;

impl From<Damaged> for Trouble {
    fn from(_: Damaged) -> Self {
        Self::Damaged
    }
}

/// Calls `each` with every unpacked block of map data.
pub(super) fn blocks(
    mut file: &[u8],
    mut each: impl FnMut(&Block<'_>) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let most = UNPACKED_FREE + RATIO_MAX * file.len() as u64;
    let (mut unpacked, mut seen) = (0, false);
    while !file.is_empty() {
        let length = take(&mut file, 4)?;
        let length = length.iter().fold(0, |n, b| n << 8 | usize::from(*b));
        if length > HEADER_MAX {
            return Err(Trouble::Damaged);
        }
        let (mut kind, mut size) = (&b""[..], 0);
        fields(take(&mut file, length)?, |field, value| {
            match field {
                1 => kind = value.bytes()?,
                3 => size = usize::try_from(value.number()?).or(Err(Damaged))?,
                _ => {}
            }
            Ok(())
        })?;
        let blob = take(&mut file, size)?;
        match kind {
            b"OSMHeader" => header(&unpack(blob)?)?,
            b"OSMData" => {
                let data = unpack(blob)?;
                unpacked += data.len() as u64;
                if unpacked > most {
                    return Err(Trouble::TooLarge);
                }
                each(&Block::new(&data)?)?;
            }
            _ => {}
        }
        seen |= kind == b"OSMHeader" || kind == b"OSMData";
    }
    if seen { Ok(()) } else { Err(Trouble::Damaged) }
}

fn unpack(blob: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut data = None;
    fields(blob, |field, value| {
        match field {
            1 => data = Some(Ok(value.bytes()?.to_vec())),
            3 => {
                let mut all = Vec::new();
                let read = ZlibDecoder::new(value.bytes()?)
                    .take(BLOCK_MAX + 1)
                    .read_to_end(&mut all);
                data = Some(if read.is_ok() {
                    Ok(all)
                } else {
                    Err(Trouble::Damaged)
                });
            }
            // LZMA, bzip2, LZ4, Zstandard: allowed by the format and hardly ever written.
            4..=7 => data = Some(Err(Trouble::Packing)),
            _ => {}
        }
        Ok(())
    })?;
    let data = data.ok_or(Trouble::Damaged)??;
    if data.len() as u64 > BLOCK_MAX {
        return Err(Trouble::TooLarge);
    }
    Ok(data)
}

/// A file may ask for abilities; without them it must not be read.
fn header(data: &[u8]) -> Result<(), Trouble> {
    let mut able = true;
    fields(data, |field, value| {
        if field == 4 {
            able &= matches!(value.bytes()?, b"OsmSchema-V0.6" | b"DenseNodes");
        }
        Ok(())
    })?;
    if able { Ok(()) } else { Err(Trouble::Packing) }
}

/// A block of nodes and ways with the strings and the grid they refer to.
pub(super) struct Block<'a> {
    strings: Vec<&'a [u8]>,
    groups: Vec<&'a [u8]>,
    grain: i64,
    offset: (i64, i64),
}

/// A node: its number, longitude and latitude in degrees.
pub(super) type Node = (i64, f64, f64);

impl<'a> Block<'a> {
    fn new(data: &'a [u8]) -> Result<Self, Damaged> {
        let mut block = Self {
            strings: Vec::new(),
            groups: Vec::new(),
            grain: 100,
            offset: (0, 0),
        };
        fields(data, |field, value| {
            match field {
                1 => fields(value.bytes()?, |field, value| {
                    if field == 1 {
                        block.strings.push(value.bytes()?);
                    }
                    Ok(())
                })?,
                2 => block.groups.push(value.bytes()?),
                17 => block.grain = i64::try_from(value.number()?).or(Err(Damaged))?,
                19 => block.offset.1 = value.number()? as i64,
                20 => block.offset.0 = value.number()? as i64,
                _ => {}
            }
            Ok(())
        })?;
        Ok(block)
    }

    /// Calls `each` with every node.
    pub(super) fn nodes(&self, mut each: impl FnMut(Node)) -> Result<(), Damaged> {
        for group in &self.groups {
            fields(group, |field, value| {
                match field {
                    1 => {
                        let mut node = [0; 3];
                        fields(value.bytes()?, |field, value| {
                            if let Some(at) = [1, 9, 8].iter().position(|f| *f == field) {
                                node[at] = signed(value.number()?);
                            }
                            Ok(())
                        })?;
                        each(self.node(node));
                    }
                    2 => self.dense(value.bytes()?, &mut each)?,
                    _ => {}
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn dense(&self, data: &[u8], each: &mut impl FnMut(Node)) -> Result<(), Damaged> {
        let mut lists: [Vec<i64>; 3] = Default::default();
        fields(data, |field, value| {
            let Some(at) = [1, 9, 8].iter().position(|f| *f == field) else {
                return Ok(());
            };
            let mut last = 0i64;
            packed(value.bytes()?, |step| {
                last = last.wrapping_add(signed(step));
                lists[at].push(last);
                Ok(())
            })
        })?;
        let [ids, lons, lats] = lists;
        if ids.len() != lons.len() || ids.len() != lats.len() {
            return Err(Damaged);
        }
        for ((id, lon), lat) in ids.into_iter().zip(lons).zip(lats) {
            each(self.node([id, lon, lat]));
        }
        Ok(())
    }

    fn node(&self, [id, lon, lat]: [i64; 3]) -> Node {
        let degrees = |offset: i64, steps: i64| {
            offset.wrapping_add(self.grain.wrapping_mul(steps)) as f64 / 1e9
        };
        (id, degrees(self.offset.0, lon), degrees(self.offset.1, lat))
    }

    /// Calls `each` with the tags and nodes of every way.
    pub(super) fn ways(
        &self,
        mut each: impl FnMut(&Tags<'_>, &[i64]) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        for group in &self.groups {
            let mut trouble = Ok(());
            fields(group, |field, value| {
                if field == 3 && trouble.is_ok() {
                    trouble = self.way(value, &mut each);
                }
                Ok(())
            })?;
            trouble?;
        }
        Ok(())
    }

    fn way(
        &self,
        way: Value<'_>,
        each: &mut impl FnMut(&Tags<'_>, &[i64]) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let (mut keys, mut values, mut nodes) = (Vec::new(), Vec::new(), Vec::new());
        let mut last = 0i64;
        fields(way.bytes()?, |field, value| match field {
            2 => packed(value.bytes()?, |n| {
                keys.push(n);
                Ok(())
            }),
            3 => packed(value.bytes()?, |n| {
                values.push(n);
                Ok(())
            }),
            8 => packed(value.bytes()?, |step| {
                last = last.wrapping_add(signed(step));
                nodes.push(last);
                Ok(())
            }),
            _ => Ok(()),
        })?;
        let string = |at: u64| {
            let at = usize::try_from(at).ok()?;
            self.strings.get(at).copied()
        };
        let pairs = keys.into_iter().zip(values);
        let tags = pairs.filter_map(|(k, v)| Some((string(k)?, string(v)?)));
        each(&Tags(tags.collect()), &nodes)
    }
}

/// The tags of a way.
pub(super) struct Tags<'a>(Vec<(&'a [u8], &'a [u8])>);

impl Tags<'_> {
    /// The value of a key, as text; empty where there is none.
    pub(super) fn get(&self, key: &str) -> &str {
        let found = self.0.iter().find(|(k, _)| *k == key.as_bytes());
        found.map_or("", |(_, v)| std::str::from_utf8(v).unwrap_or(""))
    }
}
