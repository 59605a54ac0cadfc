namespace Duramen.Coordination.Notes;

/// <summary>Who appends, as a broker knows it.</summary>
/// <param name="ClientId">What the client calls itself; empty when it does not say.</param>
/// <param name="Principal">Who it is, as far as anybody checked.</param>
/// <param name="Address">The address that it connects from, without the port.</param>
public sealed record Appender(string ClientId, string Principal, string Address)
{
    /// <summary>Nobody that anything is known of: where notes are off.</summary>
    public static Appender Unknown { get; } = new("", "", "");
}
