//! The compound file ([MS-CFB]) around a workbook before 2007.

/// Sector numbers from here on are marks, not sectors.
const MARKS: u32 = 0xFFFF_FFFA;
/// Streams below this size lie in the mini stream.
const MINI_BELOW: usize = 4096;

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|b| u16::from_le_bytes(*b))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|b| u32::from_le_bytes(*b))
}

/// Sectors of one size and the table that chains them.
struct Chains<'a> {
    bytes: &'a [u8],
    size: usize,
    /// Sectors before the first: the header.
    offset: usize,
    table: Vec<u32>,
}

impl Chains<'_> {
    fn sector(&self, id: u32) -> Option<&[u8]> {
        let start = (id as usize)
            .checked_add(self.offset)?
            .checked_mul(self.size)?;
        let end = start.checked_add(self.size)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// A chain of sectors; one longer than the file goes in circles and is cut.
    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut id = start;
        while id < MARKS && out.len() <= self.bytes.len() {
            out.extend_from_slice(self.sector(id)?);
            id = *self.table.get(id as usize)?;
        }
        Some(out)
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|c| u32_at(c, 0))
}

/// The content of the first stream that has one of `names`; `None` where the file is damaged.
pub(crate) fn stream(bytes: &[u8], names: &[&str]) -> Option<Vec<u8>> {
    let size = match u16_at(bytes, 30)? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let mut sectors = Chains {
        bytes,
        size,
        offset: 1,
        table: Vec::new(),
    };
    let sector_count = bytes.len() / size + 1;
    let mut places: Vec<u32> = numbers(bytes.get(76..512)?).collect();
    let mut next = u32_at(bytes, 68)?;
    while next < MARKS && places.len() <= sector_count {
        places.extend(numbers(sectors.sector(next)?));
        next = places.pop()?;
    }
    for id in places
        .into_iter()
        .filter(|id| *id < MARKS)
        .take(sector_count)
    {
        let more: Vec<u32> = numbers(sectors.sector(id)?).collect();
        sectors.table.extend(more);
        if sectors.table.len() > sector_count.saturating_mul(2) + size {
            break;
        }
    }
    let directory = sectors.chain(u32_at(bytes, 48)?)?;
    let entries: Vec<&[u8]> = directory.chunks_exact(128).collect();
    let entry = names
        .iter()
        .find_map(|n| entries.iter().find(|e| named(e, n)))?;
    let (start, length) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
    let mut content = if length < MINI_BELOW {
        let mini = sectors.chain(u32_at(entries.first()?, 116)?)?;
        let table = numbers(&sectors.chain(u32_at(bytes, 60)?)?).collect();
        Chains {
            bytes: &mini,
            size: 64,
            offset: 0,
            table,
        }
        .chain(start)?
    } else {
        sectors.chain(start)?
    };
    content.truncate(length);
    Some(content)
}

fn named(entry: &[u8], name: &str) -> bool {
    let length = usize::from(u16_at(entry, 64).unwrap_or(0)).saturating_sub(2);
    let units = entry
        .get(..length.min(64))
        .unwrap_or_default()
        .chunks_exact(2);
    let written =
        char::decode_utf16(units.filter_map(|c| u16_at(c, 0))).map(|c| c.unwrap_or('\u{fffd}'));
    written.eq(name.chars())
}
