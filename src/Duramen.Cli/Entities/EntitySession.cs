using System.Globalization;
using Duramen.Cli.Clients;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Sources;
using Duramen.State.Entities;

namespace Duramen.Cli.Entities;

/// <summary>Finds the entity that a command is about, and reads what is said about it.</summary>
internal static class EntitySession
{
    public static CommandArgument Key { get; } = new("KEY", $"the key of the entity, {KeyText.Help}");

    public static CommandOption Http { get; } = new("--http", "HOST:PORT", "where the server answers HTTP (default: where it says that it does)");

    public static CommandOption AsOf { get; } = new("--as-of", "PLACE", "an offset in the entity's partition, P:N,P:N, or a time (default: the end)");

    /// <summary>The options of every command on an entity.</summary>
    public static IReadOnlyList<CommandOption> Options { get; } = [ClientSession.Partition, LogSource.Data, Http, ClientSession.Bootstrap, ClientSession.Tls, FolderSession.Output];

    /// <summary>Opens the folder that the input names, or asks its server.</summary>
    public static async Task<IEntitySource> OpenAsync(CommandInput input, CancellationToken interrupted)
    {
        EntityKey key = input.Key(1)!;
        if (!input.Has(LogSource.Data.Name))
        {
            return await HttpEntity.OpenAsync(input, key, interrupted).ConfigureAwait(false);
        }

        return input.Has(Http.Name)
            ? throw input.Wrong($"{LogSource.Data.Name} does not go with {Http.Name}")
            : await FolderEntity.OpenAsync(input, key, interrupted).ConfigureAwait(false);
    }

    /// <summary>What an append expects.</summary>
    /// <exception cref="UsageException">It is none of what there is.</exception>
    public static ExpectedVersion ReadExpected(CommandInput input, string? text) => text switch
    {
        null or "any" => ExpectedVersion.Any,
        "none" => ExpectedVersion.MustNotExist,
        "exists" => ExpectedVersion.MustExist,
        _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long version) && version < long.MaxValue => ExpectedVersion.Exactly(new EntityVersion(version)),
        _ => throw input.Wrong($"{EntityCommands.Expected.Name} is '{text}' and must be a version, none, any or exists"),
    };

    /// <summary>A moment.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static State.Tables.Topics.AsOf ReadAsOf(CommandInput input, string? text) =>
        text is null ? State.Tables.Topics.AsOf.End
        : State.Tables.Topics.AsOf.TryParse(text, out State.Tables.Topics.AsOf asOf) ? asOf
        : throw input.Wrong($"{AsOf.Name} is '{text}': no offset, no P:N,P:N, and no time (2026-03-01T12:00:00Z or @1772366400000)");
}
