namespace Duramen.Broker.Connections;

/// <summary>Ends a connection for a reason that the broker expects. It never leaves the connection's own error boundary.</summary>
internal sealed class ConnectionEndedException(CloseReason reason, string message, Exception? cause = null) : Exception(message, cause)
{
    public CloseReason Reason => reason;
}
