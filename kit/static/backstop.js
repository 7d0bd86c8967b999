// What pages do beyond HTML. They work without it: such buttons stay hidden then.
'use strict';

for (const button of document.querySelectorAll('[data-print], [data-back]')) {
  button.hidden = false;
  button.addEventListener('click', event => {
    event.preventDefault();
    if ('print' in button.dataset) window.print();
    else window.history.back();
  });
}

// A long import: the button rests, and the line below it says how long it has taken.
for (const form of document.querySelectorAll('form[data-under-way]')) {
  form.addEventListener('submit', () => {
    const began = Date.now(), line = document.getElementById(form.dataset.underWay);
    form.querySelector('button').disabled = true;
    setInterval(() => {
      line.textContent = `正在导入…已用 ${Math.round((Date.now() - began) / 1000)} 秒，请不要关闭页面。`;
    }, 1000);
  });
}
