namespace Duramen.Faults.Tests.Oracle;

/// <summary>The folder broke a promise.</summary>
internal sealed class OracleException(string message, Exception? cause = null) : Exception(message, cause);
