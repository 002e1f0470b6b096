//! Classes of characters that the rules of text tell apart.

/// Whether `c` has no place in any text: a control character other than line breaks and tabs, an override of
/// direction, an interlinear annotation, or a noncharacter.
pub(super) fn is_unprintable(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    control
        || matches!(c, '\u{202d}' | '\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
        || is_noncharacter(c)
}

/// Whether `c` has no place in a single line: what [`is_unprintable`], every control character, the separators of lines
/// and paragraphs, and marks of direction that hold until another mark ends them. The latter would reorder what stands
/// beside the text.
pub(super) fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}') || is_unprintable(c)
}

/// Whether `c` is ignorable by default (Unicode's `Default_Ignorable_Code_Point`): it is seen at most by what it does to
/// its neighbours.
pub fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether `c` is reserved for internal use for ever: the last two of each plane, and 32 more.
fn is_noncharacter(c: char) -> bool {
    u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}')
}
