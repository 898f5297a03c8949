//! Protocol buffers, as far as maps use them: numbered fields of whole numbers and bytes.

/// The bytes are no message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Damaged;

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    pub(super) fn bytes(self) -> Result<&'a [u8], Damaged> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Number(_) => Err(Damaged),
        }
    }

    pub(super) fn number(self) -> Result<u64, Damaged> {
        match self {
            Self::Number(number) => Ok(number),
            Self::Bytes(_) => Err(Damaged),
        }
    }
}

/// Calls `field` with the number and value of each field of a message; fixed-width ones are passed over.
pub(super) fn fields<'a>(
    mut message: &'a [u8],
    mut field: impl FnMut(u64, Value<'a>) -> Result<(), Damaged>,
) -> Result<(), Damaged> {
    while !message.is_empty() {
        let key = varint(&mut message)?;
        match key & 7 {
            0 => field(key >> 3, Value::Number(varint(&mut message)?))?,
            1 => drop(take(&mut message, 8)?),
            2 => {
                let length = usize::try_from(varint(&mut message)?).or(Err(Damaged))?;
                field(key >> 3, Value::Bytes(take(&mut message, length)?))?;
            }
            5 => drop(take(&mut message, 4)?),
            _ => return Err(Damaged),
        }
    }
    Ok(())
}

/// Calls `each` with every number of a packed list.
pub(super) fn packed(
    mut list: &[u8],
    mut each: impl FnMut(u64) -> Result<(), Damaged>,
) -> Result<(), Damaged> {
    while !list.is_empty() {
        each(varint(&mut list)?)?;
    }
    Ok(())
}

/// A signed number in zigzag form.
pub(super) fn signed(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

pub(super) fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8], Damaged> {
    let (head, rest) = bytes.split_at_checked(length).ok_or(Damaged)?;
    *bytes = rest;
    Ok(head)
}

fn varint(bytes: &mut &[u8]) -> Result<u64, Damaged> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(Damaged)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(Damaged)
}
