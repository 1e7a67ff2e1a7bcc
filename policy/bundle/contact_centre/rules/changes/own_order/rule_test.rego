package contact_centre.rules.changes.own_order_test

import data.contact_centre.rules.changes.own_order
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in own_order.report with input as document with data.revision as sample.revision
}

test_an_own_order_passes if effects(sample.reshipment) == set()

test_another_order_is_denied if {
	effects(sample.put(sample.reshipment, {"/call/arguments/order_id": "O-9"})) == {"deny"}
	effects(sample.without(sample.reshipment, "/call/arguments/order_id")) == {"deny"}
	effects(sample.without(sample.reshipment, "/resource/order")) == {"deny"}
}

test_cancelling_and_returning_need_an_own_order_too if {
	every document in {sample.order_cancellation, sample.order_return} {
		effects(document) == set()
		effects(sample.without(document, "/resource/order")) == {"deny"}
	}
}

test_other_tools_are_not_meant if effects(sample.arrangement) == set()
