// The roles that there are.
import type { Role } from "../places";

export const ROLES: readonly Role[] = ["administrator", "department_administrator", "auditor", "hr", "health_reader", "customer_supervisor"];
