//! GIF (version 89a): a screen, colour tables, and blocks, of which those that a decoder needs are kept.

use super::{
    container::{Bounds, Container},
    reader::{Reader, Result},
};
use crate::domain::image::ImageError;

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const GRAPHIC_CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;

/// Reads a GIF and leaves comments, texts and foreign application data out. How often it loops stays.
pub fn read(bytes: &[u8], bounds: &Bounds) -> Result<Container> {
    let mut reader = Reader::new(bytes);
    let version: [u8; 6] = reader.array()?;
    if !matches!(&version, b"GIF87a" | b"GIF89a") {
        return Err(ImageError::Broken);
    }
    let screen = reader.take(7)?;
    let mut fields = Reader::new(screen);
    let (width, height, flags) = (fields.le16()?, fields.le16()?, fields.byte()?);
    let pixels = bounds.check(width.into(), height.into())?;
    let size = (width.into(), height.into());
    let mut container = Container { size, pixels, clean: [&version, screen].concat(), ..Container::default() };
    container.clean.extend(colour_table(&mut reader, flags)?);
    loop {
        match reader.byte()? {
            EXTENSION => extension(&mut reader, &mut container.clean)?,
            IMAGE => {
                image(&mut reader, &mut container.clean, (width, height))?;
                container.frames += 1;
            }
            TRAILER => break,
            _ => return Err(ImageError::Broken),
        }
    }
    reader.finish()?;
    if container.frames == 0 {
        return Err(ImageError::Broken);
    }
    container.clean.push(TRAILER);
    bounds.check_animation(width.into(), height.into(), container.frames)?;
    Ok(container)
}

/// The colour table that `flags` announce: 2 to 256 colours of three bytes, or none.
fn colour_table<'a>(reader: &mut Reader<'a>, flags: u8) -> Result<&'a [u8]> {
    if flags & 0x80 == 0 { Ok(&[]) } else { reader.take(3 << ((flags & 0x07) + 1)) }
}

/// Blocks of up to 255 bytes until an empty one, with their lengths.
fn sub_blocks<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8]> {
    let all = reader.rest();
    loop {
        let length = reader.byte()?;
        reader.take(length.into())?;
        if length == 0 {
            return Ok(&all[..all.len() - reader.rest().len()]);
        }
    }
}

fn extension(reader: &mut Reader<'_>, clean: &mut Vec<u8>) -> Result<()> {
    let label = reader.byte()?;
    let blocks = sub_blocks(reader)?;
    let is_loop = || blocks.starts_with(b"\x0bNETSCAPE2.0") || blocks.starts_with(b"\x0bANIMEXTS1.0");
    if label == GRAPHIC_CONTROL && blocks.len() == 6 {
        clean.extend([EXTENSION, label]);
        clean.extend(blocks);
    } else if label == APPLICATION && is_loop() && blocks.get(12..14) == Some(&[3, 1]) {
        // The application's name, and one block that says how often.
        clean.extend([EXTENSION, label]);
        clean.extend(blocks.get(..16).ok_or(ImageError::Broken)?);
        clean.push(0);
    }
    Ok(())
}

fn image(reader: &mut Reader<'_>, clean: &mut Vec<u8>, screen: (u16, u16)) -> Result<()> {
    let descriptor = reader.take(9)?;
    let mut fields = Reader::new(descriptor);
    let (left, top, width, height) = (fields.le16()?, fields.le16()?, fields.le16()?, fields.le16()?);
    let fits =
        |offset: u16, length: u16, side: u16| length > 0 && offset.checked_add(length).is_some_and(|end| end <= side);
    if !fits(left, width, screen.0) || !fits(top, height, screen.1) {
        return Err(ImageError::Broken);
    }
    clean.push(IMAGE);
    clean.extend(descriptor);
    clean.extend(colour_table(reader, fields.byte()?)?);
    clean.push(reader.byte()?);
    clean.extend(sub_blocks(reader)?);
    Ok(())
}
