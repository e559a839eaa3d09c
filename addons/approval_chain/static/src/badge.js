import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

const CHANNEL = "approval_chain.badge";
const PROGRESS = "approval.bulk/progress";

/**
 * Keeps the count in the activity menu right.
 *
 * The count is that of the server; it is asked again after the user answered something, here, in
 * another tab of the same browser, or in the background.
 */
export const approvalBadgeService = {
    dependencies: ["bus_service", "mail.store"],

    start(env, { bus_service: bus, "mail.store": store }) {
        const count = () => store.fetchStoreData("systray_get_activities");
        let channel = null;
        try {
            channel = new browser.BroadcastChannel(CHANNEL);
            channel.onmessage = count;
        } catch {
            // browsers that have none show the new count when the menu is opened
        }
        bus.subscribe(PROGRESS, count);
        bus.start();
        return {
            refresh() {
                channel?.postMessage("answered");
                return count();
            },
        };
    },
};

registry.category("services").add("approval_badge", approvalBadgeService);

/**
 * Count again what the activity menu shows, after the user answered something.
 *
 * @param {import("@web/env").OdooEnv} env
 */
export function refreshActivityBadge(env) {
    env.services.approval_badge?.refresh();
}
