//! Numbers by their text.

/// The value of a JSON number that is integral and fits into 32 bits, however it is written: `7`, `7.0` and `70e-1` are
/// the same number (RFC 8259, section 6). `None` for all others.
pub fn int(text: &str) -> Option<i32> {
    if let Ok(plain) = text.parse() {
        return Some(plain);
    }
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let significant = digits.trim_end_matches('0');
    let zeros = digits.len() - significant.len();
    let significant = significant.trim_start_matches('0');
    if significant.is_empty() {
        return digits.bytes().all(|digit| digit == b'0').then_some(0);
    }
    // The number is `significant` with the decimal point moved to the right by so many places.
    let places = exponent.parse::<i64>().ok()? + i64::try_from(zeros).ok()? - i64::try_from(fraction.len()).ok()?;
    let places = u32::try_from(places).ok().filter(|places| *places < 10)?;
    let value = significant.parse::<i64>().ok()?.checked_mul(10_i64.pow(places))?;
    i32::try_from(sign * value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integral_numbers_are_found_however_they_are_written() {
        for (text, expected) in [
            ("0", 0),
            ("-0", 0),
            ("0.0", 0),
            ("-0.000e99999999999999999999", 0),
            ("7", 7),
            ("7.0", 7),
            ("-7.000", -7),
            ("70e-1", 7),
            ("0.7E+1", 7),
            ("1e9", 1_000_000_000),
            ("2147483647.0", i32::MAX),
            ("-2147483648.0", i32::MIN),
            ("2147483647000e-3", i32::MAX),
            ("0.0000000002147483647e19", i32::MAX),
        ] {
            assert_eq!(int(text), Some(expected), "{text}");
        }
        let long = format!("7.{}", "0".repeat(10_000));
        assert_eq!(int(&long), Some(7));
        for text in
            ["7.5", "1e-1", "2147483648", "2147483648.0", "-2147483649.0", "1e10", "1e999999999999999999999", "0.1e-9"]
        {
            assert_eq!(int(text), None, "{text}");
        }
    }
}
