using Duramen.Kafka.Generator;
using Duramen.Kafka.Generator.Schemas;

namespace Duramen.Kafka.Tests.Frames;

/// <summary>One version of one message, as the schema has it.</summary>
internal sealed record MessageVersion(Message Message, short Version)
{
    private static readonly Schema Schema = Schema.Load(Path.Combine(RepositoryRoot.Find(), GeneratedFiles.SchemaFolder));

    /// <summary>Every message of the schema.</summary>
    public static IReadOnlyList<Message> Messages { get; } = [.. Schema.Apis.SelectMany(api => new[] { api.Request, api.Response })];

    /// <summary>Every version of every message.</summary>
    public static IReadOnlyList<MessageVersion> All { get; } =
    [
        .. from message in Messages
           from version in Enumerable.Range(message.Api.Versions.Min, message.Api.Versions.Max - message.Api.Versions.Min + 1)
           select new MessageVersion(message, (short)version),
    ];

    /// <summary>Whether the version has compact lengths and tagged fields.</summary>
    public bool IsFlexible => Message.Api.IsFlexible(Version);

    /// <summary>The message with a name.</summary>
    public static Message Named(string name) => Messages.Single(message => message.Name == name);

    /// <inheritdoc/>
    public override string ToString() => $"{Message.Name} {Version}";
}
