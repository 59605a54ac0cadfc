using System.Text;
using Duramen.State.Entities;

namespace Duramen.State.Tests.Entities;

/// <summary>Entities in text.</summary>
internal static class EntityText
{
    public static string Text(this EntityRecord record) =>
        $"{record.Version}:{(record.Value is { } value ? Encoding.UTF8.GetString(value.Span) : "-")}@{record.Offset}";

    public static string Text(this EntityPage page) =>
        $"v{page.Version} [{string.Join(" ", page.Records.Select(Text))}]{(page.Next is { } next ? $" next {next}" : "")}";

    /// <summary>All records of an entity, read in one page.</summary>
    public static async Task<string> ReadTextAsync(this EntityLog entities, string key, EntityRead? read = null) => (await entities.ReadAsync(key, read)).Text();
}
