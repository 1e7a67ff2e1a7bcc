package contact_centre.rules.money_back.history_test

import data.contact_centre.rules.money_back.history
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in history.report with input as document with data.revision as sample.revision
}

test_a_known_history_passes if effects(sample.refund) == set()

test_what_cannot_be_read_is_denied if {
	every value in {null, "0", true, -1, 0.5} {
		effects(sample.put(sample.refund, {"/facts/goodwill_minor_30d": value})) == {"deny"}
		effects(sample.put(sample.refund, {"/facts/goodwill_count_30d": value})) == {"deny"}
	}
	effects(sample.without(sample.refund, "/facts/goodwill_minor_30d")) == {"deny"}
	effects(sample.without(sample.refund, "/facts/goodwill_count_30d")) == {"deny"}
	effects(sample.put(sample.refund, {"/facts/goodwill_minor_30d": 2147483648})) == {"deny"}
}

test_other_tools_are_not_meant if effects(sample.put(sample.note, {"/facts": {}})) == set()
