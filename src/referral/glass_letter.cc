#include "referral/glass_letter.h"

#include "base/text.h"
#include "law/offences.h"
#include "net/mail.h"

namespace cordon {

namespace {

struct GlassWords {
  bool english;
  std::string operator()(std::string_view en, std::string_view ru) const { return std::string(english ? en : ru); }
};

std::string glass_text(const GlassBroken& glass, GlassState said, const Annex& annex, const Operator& sender,
                       bool english) {
  const GlassWords say{english};
  std::string text;
  if (annex.fictitious())
    text +=
        say("*** DEMONSTRATION. The state, its law and this desk are fictitious. Nothing is asked of anybody. ***\n\n",
            "*** ДЕМОНСТРАЦИЯ. Государство, его закон и эта служба вымышлены. Никого ни о чём не просят. ***\n\n");
  if (said == GlassState::Reversed) {
    text +=
        say("We take this back: within 24 hours nobody here confirmed what one officer sent you alone. Please do "
            "nothing because of it, and undo what you did only because of it.\n",
            "Мы отзываем это обращение: за 24 часа никто у нас не подтвердил то, что один сотрудник направил вам в "
            "одиночку. Не предпринимайте ничего на его основании и отмените то, что сделали только из-за него.\n");
  } else if (glass.use == GlassUse::Emergency) {
    text += say("A danger to life was reported to us. It is handed to you, who can help.\n",
                "Нам сообщили об опасности для жизни. Передаём это вам — тем, кто может помочь.\n");
  } else {
    text +=
        say("Please preserve the data named here as they are now. This is a request, not an order; nothing is to be "
            "removed, and nothing is to be handed over.\n",
            "Сохраните указанные здесь данные в их нынешнем виде. Это просьба, а не приказ; ничего не нужно удалять и "
            "ничего не нужно передавать.\n");
  }
  text += "\n" +
          say("Where (written so that it cannot be clicked): ", "Где (записано так, чтобы нельзя было нажать): ") +
          defang(glass.target) + "\n";
  text += say("What: ", "О чём: ") + std::string(title(glass.matter, english ? Language::En : Language::Ru)) + " (" +
          std::string(glass.matter.number()) + ")\n";
  text += say("Why at once: ", "Почему немедленно: ") + glass.words + "\n";
  text += say("Written at (UTC): ", "Составлено (UTC): ") + to_rfc3339(glass.at) + "\n";
  if (said == GlassState::Used)
    text += say(
        "One officer decided this alone, because it could not wait. Another confirms it within 24 hours, or we take "
        "it back.\n",
        "Это решил один сотрудник, потому что ждать было нельзя. Другой подтвердит это в течение 24 часов, иначе мы "
        "это отзовём.\n");
  if (const auto article = annex.article(glass.matter); article && glass.use == GlassUse::Preserve)
    text += say("National article: ", "Статья национального закона: ") + *article + "\n";
  text += say("How to object: ", "Как возразить: ") + annex.redress() + "\n";
  return text + "\n" + glass.id.text() + "\n" + sender.name + " <" + sender.address + ">\n";
}

}  // namespace

Result<std::string> compose_glass(const GlassBroken& glass, GlassState said, const Annex& annex,
                                  const Operator& sender) {
  std::vector<OutgoingPart> parts;
  for (const bool english : {true, false})
    parts.push_back(
        {"text/plain; charset=utf-8", english ? "en" : "ru", {}, {}, glass_text(glass, said, annex, sender, english)});
  return write_body_part(parts);
}

Result<Letter> write_glass_letter(const GlassBroken& glass, GlassState said, const Operator& sender, bool fictitious,
                                  std::string_view body, std::string_view proof, Instant now) {
  const std::string about = std::string(glass.matter.id()) + " at " + printable(defang(glass.target), 80);
  const std::string first = said == GlassState::Reversed       ? "Taken back: "
                            : glass.use == GlassUse::Emergency ? "Danger to life: "
                                                               : "Please preserve: ";
  const std::string host = sender.address.substr(sender.address.find('@') + 1);
  Letter letter{glass.contact, glass.id.text() + "." + std::string(name(said)) + "@" + host, {}};
  const MailHeaders headers{
      sender.address,
      glass.contact,
      sender.address,
      (fictitious ? "[DEMONSTRATION] " : "") + first + about,
      letter.message_id,
      rfc5322_date(now.ms),
      {{"Auto-Submitted", said == GlassState::Used ? "no" : "auto-generated"}, {"X-Cordon-Notice", glass.id.text()}}};
  letter.mail = TRY(write_mail(
      headers, body,
      {{"application/json", {}, "inclusion-proof.json", "proof of its line in the public log", std::string(proof)}}));
  return letter;
}

}  // namespace cordon
