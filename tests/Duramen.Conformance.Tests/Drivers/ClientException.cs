namespace Duramen.Conformance.Tests.Drivers;

/// <summary>The client reported an error.</summary>
/// <param name="code">The number of the protocol's error; 0 when it was another.</param>
/// <param name="message">What the client said.</param>
internal sealed class ClientException(int code, string message) : Exception($"{message} (error {code})")
{
    public int Code { get; } = code;
}
