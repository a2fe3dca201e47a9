// The contrast of every text on the page with what is behind it (WCAG 2.2, 1.4.3): [{text, ratio}].
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = (front, back) => {
    const alpha = front[3] / 255;
    return [0, 1, 2].map((at) => front[at] * alpha + back[at] * (1 - alpha)).concat(255);
  };
  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((each) => {
      const share = each / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (node) => {
    const layers = [];
    for (let each = node; each; each = each.parentElement) layers.push(channels(getComputedStyle(each).backgroundColor));
    const paper = channels(getComputedStyle(document.body).backgroundColor);
    return layers.reverse().reduce((back, front) => over(front, back), paper);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    const holder = walker.currentNode.parentElement;
    if (!text || !holder.checkVisibility() || holder.closest("script, noscript, option")) continue;
    const back = behind(holder);
    const [light, dark] = [luminance(over(channels(getComputedStyle(holder).color), back)), luminance(back)].sort((a, b) => b - a);
    found.push({ text, ratio: (light + 0.05) / (dark + 0.05) });
  }
  return found;
}
