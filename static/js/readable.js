/* Asks for the service worker that keeps this page readable without a network, or says there what to do. A browser that
   keeps nothing loses nothing by it. */
if ("serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
}
