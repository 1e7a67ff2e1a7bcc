# METADATA
# description: Evidence counts only for exactly these arguments, under exactly this policy, within its time.
package contact_centre.evidence

import data.contact_centre.call
import data.contact_centre.moment

confirmed if {
	bound(input.evidence.confirmation)
	timely(input.evidence.confirmation)
}

# Nobody approves their own call.
approved if {
	bound(input.evidence.approval)
	timely(input.evidence.approval)
	is_string(input.evidence.approval.by)
	not input.evidence.approval.by in {"", call.agent.id}
}

bound(proof) if {
	is_string(proof.arguments_digest)
	proof.arguments_digest != ""
	proof.arguments_digest == input.call.arguments_digest
	proof.policy_revision == data.revision
}

timely(proof) if moment.now < moment.seconds(proof.expires_at)
