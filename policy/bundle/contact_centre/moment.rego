# METADATA
# description: |
#   Times as seconds and dates as days since the year 1, in plain arithmetic: no clock builtin, so that every engine
#   agrees to the second. What is not exactly ISO 8601 is undefined.
package contact_centre.moment

now := seconds(input.now)

today := day(input.now)

# 2026-01-01T12:00:00, with or without a fraction (which is dropped), then Z or an offset such as +02:00.
seconds(text) := ((86400 * day(text)) + clock(substring(text, 11, 8))) - offset(zone(text)) if {
	substring(text, 10, 1) == "T"
}

# The day number of a date, or of the date that a time starts with.
day(text) := (((365 * before) + leap_days(before)) + cumulative(year, month)) + date if {
	is_string(text)
	substring(text, 4, 1) == "-"
	substring(text, 7, 1) == "-"
	year := digits(substring(text, 0, 4), 4)
	month := digits(substring(text, 5, 2), 2)
	date := digits(substring(text, 8, 2), 2)
	year >= 1
	date >= 1
	date <= month_length(year, month)
	before := year - 1
}

# A number spelled with exactly so many digits; the leading 1 keeps zeros from being read as octal or kept as text.
digits(text, count_of) := to_number(concat("", ["1", text])) - powers[count_of] if {
	count(text) == count_of
	trim(text, "0123456789") == ""
}

powers := {2: 100, 4: 10000}

leap_days(years) := (whole(years, 4) - whole(years, 100)) + whole(years, 400)

whole(number, divisor) := (number - (number % divisor)) / divisor

is_leap(year) if {
	year % 4 == 0
	year % 100 != 0
}

is_leap(year) if year % 400 == 0

starts := [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

lengths := [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

cumulative(year, month) := starts[month - 1] + 1 if {
	month > 2
	is_leap(year)
}

cumulative(_, month) := starts[month - 1] if month <= 2

cumulative(year, month) := starts[month - 1] if {
	month > 2
	not is_leap(year)
}

month_length(year, 2) := 29 if is_leap(year)

month_length(year, 2) := 28 if not is_leap(year)

month_length(_, month) := lengths[month - 1] if month != 2

clock(text) := ((3600 * hour) + (60 * minute)) + second if {
	substring(text, 2, 1) == ":"
	substring(text, 5, 1) == ":"
	hour := digits(substring(text, 0, 2), 2)
	minute := digits(substring(text, 3, 2), 2)
	second := digits(substring(text, 6, 2), 2)
	hour <= 23
	minute <= 59
	second <= 59
}

# What follows the seconds and their fraction.
zone(text) := substring(text, 19, -1) if substring(text, 19, 1) != "."

zone(text) := trim_left(fraction, "0123456789") if {
	substring(text, 19, 1) == "."
	fraction := substring(text, 20, -1)
	trim(substring(fraction, 0, 1), "0123456789") == ""
}

offset("Z") := 0

offset(text) := signs[substring(text, 0, 1)] * clock(concat("", [substring(text, 1, 5), ":00"])) if count(text) == 6

signs := {"+": 1, "-": -1}
