using System.Globalization;
using Duramen.Core.Errors;

namespace Duramen.Http;

/// <summary>The refusals of requests over HTTP, in words.</summary>
internal static class HttpRefusals
{
    private const string Page = "docs/http.md has all paths and their parameters.";

    public static DuramenException NoPath(string path) => new(HttpErrors.PathUnknown, $"There is nothing at {Shown(path)}.", Page);

    public static DuramenException Method(string method, string allowed) =>
        new(HttpErrors.MethodNotAllowed, $"The method {Shown(method)} is not taken here.", $"Use {allowed}.");

    public static DuramenException Escape(string part) => new(
        HttpErrors.RequestInvalid,
        $"'{Shown(part)}' has a % without two hexadecimal digits behind it.",
        "Write a percent sign as %25, and any other byte as % and its two digits.");

    public static DuramenException Key(string segment) => new(
        HttpErrors.RequestInvalid,
        $"The key '{Shown(segment)}' is not base 64 behind its colon.",
        "Use the alphabet for URLs (RFC 4648, 5); a key that itself begins with 'base64:' is written this way too.");

    public static DuramenException Text(string name) => new(
        HttpErrors.RequestInvalid,
        $"{name} is not UTF-8.",
        "Encode it as UTF-8; only keys may be any bytes.");

    public static DuramenException Parameter(string name, string taken) => new(
        HttpErrors.RequestInvalid,
        $"There is no parameter '{Shown(name)}' here.",
        taken.Length == 0 ? "Leave it out: nothing is taken here." : $"Taken are: {taken}.");

    public static DuramenException Twice(string name) => new(HttpErrors.RequestInvalid, $"The parameter '{Shown(name)}' is there twice.", "Give it once.");

    public static DuramenException Wrong(string name, string value, string must) =>
        new(HttpErrors.RequestInvalid, $"The parameter '{name}' is '{Shown(value)}'.", $"It must be {must}.");

    public static DuramenException Together(string name, string other) =>
        new(HttpErrors.RequestInvalid, $"The parameter '{name}' does not go with '{other}'.", "Leave one of them out.");

    public static DuramenException OtherMoment(string name, string moment, string cursor) => new(
        HttpErrors.RequestInvalid, $"The parameter '{name}' is '{moment}', and 'after' goes on as of {cursor}.", "Leave one of them out.");

    public static DuramenException Missing(string name) => new(HttpErrors.RequestInvalid, $"The parameter '{name}' is missing.", Page);

    public static DuramenException OtherPartition(string name, string moment, int partition) => new(
        HttpErrors.RequestInvalid,
        string.Create(CultureInfo.InvariantCulture, $"The parameter '{name}' is '{Shown(moment)}', and says no offset in partition {partition}, which the entity is in."),
        "Give an offset in that partition, or a time.");

    public static DuramenException Cursor(string why) => new(
        HttpErrors.RequestInvalid,
        $"The parameter 'after' is no place to go on from here: {why}.",
        "Take it as it is from 'next' of the page before, with the same path.");

    public static DuramenException Body(string why) => new(HttpErrors.RequestInvalid, $"The body is not what is taken here: {why}", Page);

    public static DuramenException BodyType(string? type) => new(
        HttpErrors.BodyTypeUnknown,
        type is null ? "The request does not say what its body is." : $"The body is of type '{Shown(type)}'.",
        "Send JSON with the header 'Content-Type: application/json'.");

    public static DuramenException BodySize(long limitBytes) => new(
        HttpErrors.BodyTooLarge,
        string.Create(CultureInfo.InvariantCulture, $"The body has more than {limitBytes} bytes."),
        "Append fewer records at a time, or keep large values elsewhere.");

    public static DuramenException NoValue(string key, string topic, string moment) => new(
        HttpErrors.KeyUnknown,
        $"'{Shown(key)}' has no value in '{topic}' as of {moment}.",
        $"GET /v1/tables/{topic}/KEY/history shows what a key was.");

    public static DuramenException Unplanned(string id) => new(
        HttpErrors.AnswerFailed,
        $"The answer failed for a reason that nobody planned for; the log of the server has it under {id}.",
        "Look there, and report it.");

    // What came from outside is repeated at a length that fits a line.
    private static string Shown(string text) => text.Length <= 100 ? text : $"{text[..100]}...";
}
