using Duramen.Testing.Kafka;

namespace Duramen.Server.Tests.Load;

/// <summary>One client of a load, with what it was told. Whatever a step asked and was not told is asked again by the next.</summary>
internal abstract class LoadClient
{
    /// <summary>Asks for one thing more; whether it was done.</summary>
    public abstract Task<bool> StepAsync(WireClient client);

    /// <summary>Looks for everything that the client was told.</summary>
    public abstract Task VerifyAsync(WireClient client);
}
