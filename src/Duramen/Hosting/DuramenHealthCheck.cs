using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Duramen.Hosting;

/// <summary>Whether the node of a host can commit a record, found out by committing one.</summary>
internal sealed class DuramenHealthCheck(DuramenHostedNode hosted) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string? fault = await hosted.Node.FindFaultAsync(cancellationToken).ConfigureAwait(false);
        return fault is null ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, fault);
    }
}
