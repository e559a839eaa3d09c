import { ActivityMenu } from "@mail/core/web/activity_menu";

import { patch } from "@web/core/utils/patch";

patch(ActivityMenu.prototype, {
    /** What waits for the user's decision opens in the inbox, not as a list of requests. */
    openActivityGroup(group, filter, newWindow) {
        if (group.model !== "approval.request") {
            return super.openActivityGroup(...arguments);
        }
        this.dropdown.close();
        return this.action.doAction("approval_chain.action_approval_inbox", {
            newWindow,
            clearBreadcrumbs: true,
        });
    },
});
