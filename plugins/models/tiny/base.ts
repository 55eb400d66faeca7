// The base student of the shipped experiments: it knows the format from easier problems, as a base model does, and solves few
// of the standard ones. How it was made stands in the recipe's header.
import { defineModel } from "leadspan"

export default defineModel({ name: "tiny/base", folder: "base", recipe: "../../../experiments/tiny-base.yaml" })
