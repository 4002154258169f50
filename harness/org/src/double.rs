//! Numbers as the platform prints them: the text of a Java double.

use std::io::Write;

use rust_decimal::Decimal;

/// Appends `number` as `300.0`, `0.1`, `9.0E7` or `1.0E-4`.
///
/// Numbers from 10^-3 up to 10^7 are written out, others with an exponent; there is always a decimal.
pub fn write_double(out: &mut Vec<u8>, number: Decimal) {
    let mut mantissa = number.mantissa().unsigned_abs();
    if mantissa == 0 {
        out.extend_from_slice(b"0.0");
        return;
    }
    if number.is_sign_negative() {
        out.push(b'-');
    }
    let mut scale = number.scale().cast_signed();
    while mantissa.is_multiple_of(10) {
        mantissa /= 10;
        scale -= 1;
    }
    // A double tells decimals of up to 15 digits apart, so these print as they are.
    if mantissa < 1_000_000_000_000_000 {
        let mut buffer = [0; 15];
        let digits = decimal_digits(&mut buffer, mantissa);
        let exponent = digits.len().cast_signed() as i32 - 1 - scale;
        return write_digits(out, digits, exponent);
    }
    write_rounded(out, number.abs());
}

/// Appends the shortest digits that name the nearest double.
fn write_rounded(out: &mut Vec<u8>, number: Decimal) {
    // Going through text rounds once; rust_decimal's own conversion may round twice.
    let mut text = [0; 40];
    let mut rest = &mut text[..];
    let written = write!(rest, "{number}").map(|()| 40 - rest.len());
    let double = written.ok().and_then(|end| std::str::from_utf8(&text[..end]).ok()?.parse::<f64>().ok());
    let mut text = [0; 40];
    let mut rest = &mut text[..];
    let written =
        write!(rest, "{:e}", double.unwrap_or_default()).map(|()| 40 - rest.len()).unwrap_or_default();
    let text = std::str::from_utf8(&text[..written]).unwrap_or_default();
    let (significand, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let mut digits = [0; 20];
    let mut count = 0;
    for byte in significand.bytes().filter(u8::is_ascii_digit).take(20) {
        digits[count] = byte;
        count += 1;
    }
    write_digits(out, &digits[..count], exponent.parse().unwrap_or_default());
}

fn decimal_digits(buffer: &mut [u8; 15], number: u128) -> &[u8] {
    // The caller's numbers are below 10^15; the smaller type divides faster.
    let mut rest = number as u64;
    let mut at = buffer.len();
    while rest > 0 && at > 0 {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    &buffer[at..]
}

/// Appends `d.ddd × 10^exponent`, where `digits` are the digits without the point.
fn write_digits(out: &mut Vec<u8>, digits: &[u8], exponent: i32) {
    if !(-3..7).contains(&exponent) {
        write_point(out, digits, 1);
        out.push(b'E');
        if exponent < 0 {
            out.push(b'-');
        }
        let exponent = exponent.unsigned_abs();
        if exponent >= 10 {
            out.push(b'0' + (exponent / 10 % 10) as u8);
        }
        out.push(b'0' + (exponent % 10) as u8);
        return;
    }
    match usize::try_from(exponent) {
        Ok(exponent) => write_point(out, digits, exponent + 1),
        Err(_) => {
            out.extend_from_slice(b"0.");
            out.extend(std::iter::repeat_n(b'0', exponent.unsigned_abs() as usize - 1));
            out.extend_from_slice(digits);
        }
    }
}

/// Appends `digits` with the point after `whole` places, padded with zeros on both sides of it.
fn write_point(out: &mut Vec<u8>, digits: &[u8], whole: usize) {
    let (before, after) = digits.split_at(whole.min(digits.len()));
    out.extend_from_slice(before);
    out.extend(std::iter::repeat_n(b'0', whole - before.len()));
    out.push(b'.');
    out.extend_from_slice(if after.is_empty() { b"0" } else { after });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn printed(number: Decimal) -> String {
        let mut out = Vec::new();
        write_double(&mut out, number);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_print_as_recorded_answers_have_them() {
        for (number, expected) in [
            ("300", "300.0"),
            ("23.00", "23.0"),
            ("0.1", "0.1"),
            ("90000000", "9.0E7"),
            ("99213206", "9.9213206E7"),
            ("115056052", "1.15056052E8"),
            ("0.0001", "1.0E-4"),
            ("0.001", "0.001"),
            ("0.00099", "9.9E-4"),
            ("9999999", "9999999.0"),
            ("9999999.5", "9999999.5"),
            ("10000000", "1.0E7"),
            ("-12.50", "-12.5"),
            ("0", "0.0"),
            ("-0.00", "0.0"),
            ("1234.5678", "1234.5678"),
            ("0.012", "0.012"),
            ("100", "100.0"),
            ("79228162514264337593543950335", "7.922816251426434E28"),
            ("0.3333333333333333333333333333", "0.3333333333333333"),
            ("12345.678901234567890", "12345.678901234567"),
            ("0.0000000000000000000000000001", "1.0E-28"),
        ] {
            assert_eq!(printed(number.parse().unwrap()), expected, "{number}");
        }
    }

    proptest! {
        #[test]
        fn the_text_reads_back_as_the_nearest_double(mantissa in any::<i64>(), scale in 0u32..28) {
            let number = Decimal::new(mantissa, scale);
            let nearest: f64 = number.to_string().parse().unwrap();
            prop_assert_eq!(printed(number).parse::<f64>().unwrap(), nearest);
        }
    }
}
