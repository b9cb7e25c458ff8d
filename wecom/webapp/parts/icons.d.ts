declare module "icon:*" {
  const icon: import("vue").FunctionalComponent;
  export default icon;
}
