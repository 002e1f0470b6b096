//! The frame of a JPEG, as far as it says how much its scans must hold (ITU-T T.81, annex A.2).

use crate::{
    domain::image::ImageError,
    sanitize::reader::{Reader, Result},
};

/// The side of a block, in samples.
const BLOCK: u32 = 8;

/// What a frame's header says.
#[derive(Debug)]
pub struct Frame {
    width: u16,
    height: u16,
    components: Vec<Component>,
}

#[derive(Debug)]
struct Component {
    id: u8,
    horizontal: u32,
    vertical: u32,
    /// Whether a scan has had its first coefficients, without which nothing of it can be seen.
    has_begun: bool,
}

impl Frame {
    pub fn read(payload: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(payload);
        let (_precision, height, width, count) = (reader.byte()?, reader.be16()?, reader.be16()?, reader.byte()?);
        let component = |_| {
            let (id, factors, _table) = (reader.byte()?, reader.byte()?, reader.byte()?);
            let (horizontal, vertical) = (u32::from(factors >> 4), u32::from(factors & 15));
            let is_valid = (1..=4).contains(&horizontal) && (1..=4).contains(&vertical);
            if is_valid {
                Ok(Component { id, horizontal, vertical, has_begun: false })
            } else {
                Err(ImageError::Broken)
            }
        };
        let components = (0..count).map(component).collect::<Result<Vec<_>>>()?;
        Ok(Self { width, height, components })
    }

    /// The width and height of the picture.
    pub fn size(&self) -> (u32, u32) {
        (self.width.into(), self.height.into())
    }

    /// Notes a scan's header, and says how many units it is coded in: a marker may stand after so many of them as the
    /// restart interval says.
    pub fn begin_scan(&mut self, payload: &[u8]) -> Result<u32> {
        let mut reader = Reader::new(payload);
        let count = reader.byte()?;
        let mut scanned = Vec::new();
        for _ in 0..count {
            let (id, _tables) = (reader.byte()?, reader.byte()?);
            let found = self.components.iter().position(|component| component.id == id).ok_or(ImageError::Broken)?;
            scanned.push(found);
        }
        if reader.byte()? == 0 {
            for at in &scanned {
                self.components[*at].has_begun = true;
            }
        }
        let most = |factor: fn(&Component) -> u32| self.components.iter().map(factor).max().unwrap_or(1);
        let (widest, highest) = (most(|component| component.horizontal), most(|component| component.vertical));
        let (width, height) = self.size();
        Ok(match scanned[..] {
            [] => return Err(ImageError::Broken),
            // One component alone is coded block by block.
            [at] => {
                let component = &self.components[at];
                let blocks = |side: u32, factor: u32, most: u32| (side * factor).div_ceil(most).div_ceil(BLOCK);
                blocks(width, component.horizontal, widest) * blocks(height, component.vertical, highest)
            }
            _ => width.div_ceil(BLOCK * widest) * height.div_ceil(BLOCK * highest),
        })
    }

    /// Whether every component has been in a scan.
    pub fn is_scanned(&self) -> bool {
        self.components.iter().all(|component| component.has_begun)
    }
}
