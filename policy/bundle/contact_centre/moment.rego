# METADATA
# description: |
#   Times as seconds and dates as days since the year 1, by table and plain arithmetic: no clock builtin, so that every
#   engine agrees to the second. What is not exactly ISO 8601 is undefined.
package contact_centre.moment

now := seconds(input.now)

today := day(input.now)

# 2026-01-01T12:00:00, with or without a fraction (which is dropped), then Z or an offset such as +02:00.
seconds(text) := ((86400 * day(text)) + clock(substring(text, 11, 8))) - offset(zone(substring(text, 19, -1))) if {
	substring(text, 10, 1) == "T"
}

# The day number of a date, or of the date that a time starts with.
day(text) := (((365 * (year - 1)) + leap_days(year - month.past)) + month.start) + date if {
	is_string(text)
	year := (100 * pairs[substring(text, 0, 2)]) + pairs[substring(text, 2, 2)]
	month := months[substring(text, 4, 4)]
	date := pairs[substring(text, 8, 2)]
	year >= 1
	date >= 1
	date <= month.days + extra_day(month, year)
}

# How many leap days there were until the end of a year.
leap_days(year) := (whole(year, 4) - whole(year, 100)) + whole(year, 400)

whole(number, divisor) := (number - (number % divisor)) / divisor

extra_day(month, _) := 0 if month.days != 28

extra_day(month, year) := leap_days(year) - leap_days(year - 1) if month.days == 28

clock(text) := ((3600 * hour) + (60 * minute)) + second if {
	substring(text, 2, 1) == ":"
	substring(text, 5, 1) == ":"
	hour := pairs[substring(text, 0, 2)]
	minute := pairs[substring(text, 3, 2)]
	second := pairs[substring(text, 6, 2)]
	hour <= 23
	minute <= 59
	second <= 59
}

# What follows the seconds, without the fraction.
zone(text) := text if not startswith(text, ".")

zone(text) := trim_left(fraction, "0123456789") if {
	startswith(text, ".")
	fraction := substring(text, 1, -1)
	trim_left(fraction, "0123456789") != fraction
}

offset("Z") := 0

offset(text) := signs[substring(text, 0, 1)] * clock(concat("", [substring(text, 1, -1), ":00"])) if count(text) == 6

signs := {"+": 1, "-": -1}

# `past` is 1 where the year's own leap day, if it has one, is still to come.
months := {
	"-01-": {"start": 0, "days": 31, "past": 1},
	"-02-": {"start": 31, "days": 28, "past": 1},
	"-03-": {"start": 59, "days": 31, "past": 0},
	"-04-": {"start": 90, "days": 30, "past": 0},
	"-05-": {"start": 120, "days": 31, "past": 0},
	"-06-": {"start": 151, "days": 30, "past": 0},
	"-07-": {"start": 181, "days": 31, "past": 0},
	"-08-": {"start": 212, "days": 31, "past": 0},
	"-09-": {"start": 243, "days": 30, "past": 0},
	"-10-": {"start": 273, "days": 31, "past": 0},
	"-11-": {"start": 304, "days": 30, "past": 0},
	"-12-": {"start": 334, "days": 31, "past": 0},
}

# Two digits and their number: a table, since to_number would take more than digits.
pairs := {
	"00": 0, "01": 1, "02": 2, "03": 3, "04": 4, "05": 5, "06": 6, "07": 7, "08": 8, "09": 9,
	"10": 10, "11": 11, "12": 12, "13": 13, "14": 14, "15": 15, "16": 16, "17": 17, "18": 18, "19": 19,
	"20": 20, "21": 21, "22": 22, "23": 23, "24": 24, "25": 25, "26": 26, "27": 27, "28": 28, "29": 29,
	"30": 30, "31": 31, "32": 32, "33": 33, "34": 34, "35": 35, "36": 36, "37": 37, "38": 38, "39": 39,
	"40": 40, "41": 41, "42": 42, "43": 43, "44": 44, "45": 45, "46": 46, "47": 47, "48": 48, "49": 49,
	"50": 50, "51": 51, "52": 52, "53": 53, "54": 54, "55": 55, "56": 56, "57": 57, "58": 58, "59": 59,
	"60": 60, "61": 61, "62": 62, "63": 63, "64": 64, "65": 65, "66": 66, "67": 67, "68": 68, "69": 69,
	"70": 70, "71": 71, "72": 72, "73": 73, "74": 74, "75": 75, "76": 76, "77": 77, "78": 78, "79": 79,
	"80": 80, "81": 81, "82": 82, "83": 83, "84": 84, "85": 85, "86": 86, "87": 87, "88": 88, "89": 89,
	"90": 90, "91": 91, "92": 92, "93": 93, "94": 94, "95": 95, "96": 96, "97": 97, "98": 98, "99": 99,
}
