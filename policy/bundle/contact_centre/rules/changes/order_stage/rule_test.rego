package contact_centre.rules.changes.order_stage_test

import data.contact_centre.rules.changes.order_stage
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in order_stage.report with input as document with data.revision as sample.revision
}

status(document, value) := sample.put(document, {"/resource/order/status": value})

until(day) := sample.put(sample.order_return, {"/resource/order/returnable_until": day})

test_an_order_that_was_not_shipped_is_cancelled if effects(sample.order_cancellation) == set()

test_any_other_is_not if {
	every value in {"shipped", "late", "lost", "delivered", "cancelled", null} {
		effects(status(sample.order_cancellation, value)) == {"deny"}
	}
	effects(sample.without(sample.order_cancellation, "/resource/order")) == {"deny"}
}

test_a_delivered_order_goes_back_until_the_end_of_its_day if {
	effects(sample.order_return) == set()
	effects(until("2026-03-01")) == set()
	effects(until("2026-02-28")) == {"deny"}
}

test_what_was_not_delivered_or_has_no_time_does_not if {
	effects(status(sample.order_return, "shipped")) == {"deny"}
	effects(until(null)) == {"deny"}
	effects(until("soon")) == {"deny"}
	effects(sample.without(sample.order_return, "/resource/order/returnable_until")) == {"deny"}
}

test_other_tools_are_not_meant if {
	every document in sample.all - {sample.order_cancellation, sample.order_return} {
		effects(document) == set()
	}
}
