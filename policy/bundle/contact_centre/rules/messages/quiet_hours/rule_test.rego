package contact_centre.rules.messages.quiet_hours_test

import data.contact_centre.rules.messages.quiet_hours
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in quiet_hours.report with input as document with data.revision as sample.revision
}

service_at(minute) := sample.put(sample.message, {"/call/arguments/purpose": "service", "/facts/customer_local_minute": minute})

test_by_day_messages_pass if {
	effects(service_at(480)) == set()
	effects(service_at(1259)) == set()
}

test_at_night_they_are_denied if {
	effects(service_at(479)) == {"deny"}
	effects(service_at(1260)) == {"deny"}
	effects(service_at(0)) == {"deny"}
}

test_at_an_unknown_time_they_are_denied if {
	effects(service_at(null)) == {"deny"}
	effects(service_at("600")) == {"deny"}
	effects(service_at(600.5)) == {"deny"}
	effects(sample.without(service_at(600), "/facts/customer_local_minute")) == {"deny"}
}

test_what_was_asked_for_may_go_out_at_night if {
	effects(sample.put(sample.message, {"/facts/customer_local_minute": 0})) == set()
}

test_other_tools_are_not_meant if {
	effects(sample.put(sample.note, {"/call/arguments/purpose": "service", "/facts/customer_local_minute": 0})) == set()
}
