// A level's shape, and its word: whoever does not see colours sees these.
import GreenIcon from "icon:check-circle";
import RedIcon from "icon:close-octagon";
import YellowIcon from "icon:error-triangle";
import type { Component } from "vue";

import type { Level } from "@/pass/bytes";

export const SHAPES: Record<Level, Component> = { green: GreenIcon, yellow: YellowIcon, red: RedIcon };
