using Xunit;

namespace Cofferdam.Spec.Tests;

public sealed class NamesTests
{
    [Fact]
    public void Every_value_has_a_name_that_leads_back_to_it()
    {
        foreach (var v in Enum.GetValues<RlimitType>()) Assert.True(ProcessNames.TryParse(ProcessNames.Name(v), out RlimitType back) && back == v);
        foreach (var v in Enum.GetValues<SchedulerPolicy>()) Assert.True(ProcessNames.TryParse(ProcessNames.Name(v), out SchedulerPolicy back) && back == v);
        foreach (var v in Enum.GetValues<IoPriorityClass>()) Assert.True(ProcessNames.TryParse(ProcessNames.Name(v), out IoPriorityClass back) && back == v);
        foreach (var v in Enum.GetValues<MemoryPolicyMode>()) Assert.True(ProcessNames.TryParse(ProcessNames.Name(v), out MemoryPolicyMode back) && back == v);
        foreach (var v in Enum.GetValues<SchedulerFlags>().Where(f => f != 0)) Assert.True(ProcessNames.TryParse(ProcessNames.Name(v), out SchedulerFlags back) && back == v);
        foreach (var v in Enum.GetValues<MemoryPolicyFlags>().Where(f => f != 0)) Assert.True(ProcessNames.TryParse(ProcessNames.Name(v), out MemoryPolicyFlags back) && back == v);
        foreach (var v in Enum.GetValues<NamespaceType>()) Assert.True(LinuxNames.TryParse(LinuxNames.Name(v), out NamespaceType back) && back == v);
        foreach (var v in Enum.GetValues<DeviceType>()) Assert.True(LinuxNames.TryParse(LinuxNames.Name(v), out DeviceType back) && back == v);
        foreach (var v in Enum.GetValues<PersonalityDomain>()) Assert.True(LinuxNames.TryParse(LinuxNames.Name(v), out PersonalityDomain back) && back == v);
        foreach (var v in Enum.GetValues<SeccompAction>()) Assert.True(SeccompNames.TryParse(SeccompNames.Name(v), out SeccompAction back) && back == v);
        foreach (var v in Enum.GetValues<SeccompOperator>()) Assert.True(SeccompNames.TryParse(SeccompNames.Name(v), out SeccompOperator back) && back == v);
        foreach (var v in Enum.GetValues<SeccompArchitecture>()) Assert.True(SeccompNames.TryParse(SeccompNames.Name(v), out SeccompArchitecture back) && back == v);
    }

    [Fact]
    public void Lists_of_names_agree_with_their_tests()
    {
        Assert.All(CapabilityNames.All, name => Assert.True(CapabilityNames.IsKnown(name)));
        Assert.Equal(41, CapabilityNames.All.Distinct().Count());
        Assert.Equal("CAP_SYS_ADMIN", CapabilityNames.All[21]);
        Assert.All(SeccompNames.Flags, name => Assert.True(SeccompNames.IsFlag(name)));
    }

    [Fact]
    public void SCMP_ACT_KILL_is_another_name_of_killing_the_thread() =>
        Assert.True(SeccompNames.TryParse("SCMP_ACT_KILL", out SeccompAction action) && action == SeccompAction.KillThread);
}
